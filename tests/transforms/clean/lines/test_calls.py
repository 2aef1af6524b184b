"""Calls to readers are known by verb, object and address; paragraphs about the same things stay unknown."""

from __future__ import annotations

import pytest

from transforms.clean.lines.line_rules import known_line


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Sign up for our morning newsletter, and get the five stories you need.", "call_newsletter"),
        ("Never miss a story. Get our newsletter delivered to your inbox.", "call_newsletter"),
        ("Like what you’re reading? Sign up for our free weekly newsletter.", "call_newsletter"),
        ("For the best of the week, join our mailing list.", "call_newsletter"),
        ("Stay informed: subscribe to the Valley Times morning briefing. It’s free.", "call_newsletter"),
        ("Want more stories like this? Subscribe to River Post from 1 crown a month.", "call_subscribe"),
        ("Subscribe now for unlimited access. Cancel any time.", "call_subscribe"),
        ("Try River Post free for a month. Cancel anytime.", "call_subscribe"),
        ("Already a subscriber? Log in.", "paywall_notice"),
        ("This article is for subscribers only.", "paywall_notice"),
        ("You have 2 free articles left this month.", "paywall_notice"),
        ("To continue reading this article, subscribe today.", "paywall_notice"),
        ("Download our free app for breaking news alerts.", "call_app"),
        ("Get the River Post app: news, weather and scores on your phone.", "call_app"),
        ("Don’t miss a thing: turn on notifications in our app.", "call_app"),
        ("Follow us on Facebook, Instagram and X.", "call_follow"),
        ("For more from the harbour, follow River Post on Twitter.", "call_follow"),
        ("Join our WhatsApp channel for breaking news.", "call_follow"),
        ("Listen to our daily podcast wherever you get your podcasts.", "call_listen"),
        ("Tune in to our podcast every Monday on Spotify.", "call_listen"),
        ("Our podcast The Ferry is out every Friday on Apple Podcasts and Spotify.", "own_channel"),
        ("Got a story? Email the newsdesk at news@riverpost.example or call 555 0142.", "call_tip"),
        ("If you have a tip, please call our newsroom on 555 0142.", "call_tip"),
        ("Send us your photos of the flood: pictures@riverpost.example.", "call_tip"),
        ("Support our journalism by becoming a subscriber today.", "call_support"),
        ("Please support local journalism. Donate today.", "call_support"),
        ("We may earn a commission if you buy something through links on this page.", "affiliate"),
        ("This article contains affiliate links.", "affiliate"),
        ("River Post may receive a commission when you buy from these shops.", "affiliate"),
        ("The post Mill repaired appeared first on River Post.", "feed_tail"),
        ("The post “Mill repaired” first appeared on River Post.", "feed_tail"),
        ("Der Beitrag Die Mühle erschien zuerst auf River Post.", "feed_tail"),
        ("Having trouble viewing this email? View it in your browser", "mail_frame"),
        ("You receive this because you subscribed. Unsubscribe", "mail_frame"),
        ("Can’t see images? Click here to view this message in a web browser.", "mail_frame"),
        ("Unsubscribe | Manage preferences", "call_frame"),
        ("This email was sent to reader@mail.example.", "mail_frame"),
        ("Trouble seeing images? Read online", "mail_frame"),
        ("No longer want these emails? Unsubscribe or change how often you hear from us.", "mail_frame"),
        ("To read the rest of this story, log in or subscribe.", "paywall_notice"),
        ("Support local news: take out a subscription today.", "call_subscribe"),
        ("Start your free trial today.", "call_subscribe"),
        ("Turn on notifications to get breaking news first.", "call_app"),
        ("Our journalism is funded by readers. Please consider a donation.", "call_support"),
        ("River Post earns from qualifying purchases.", "affiliate"),
        ("Mill repaired was first published on River Post.", "feed_tail"),
        ("Read the full article on River Post", "feed_tail"),
        ("Continue reading…", "feed_tail"),
        ("Source: River Post", "feed_tail"),
        ("Read more: Who pays for the new wall?", "read_label"),
        ("Related: Council votes on new wall", "read_label"),
        ("JUST WATCHED", "player_state"),
    ],
)
def test_a_call_outvotes_the_line_model(line: str, name: str) -> None:
    known = known_line(line)
    assert known is not None
    assert (known.name, known.is_certain) == (name, True)


@pytest.mark.parametrize(
    "line",
    [
        "The company’s newsletter told customers to sign up for alerts before the price rise.",
        "“Follow us on Twitter,” the minister told the crowd.",
        "He asked followers to download the app before Friday.",
        "Download the NHS app before you travel, officials say.",
        "Agents may earn a commission of 3 per cent on each sale.",
        "Our newspaper lost half its subscribers in ten years.",
        "The podcast, which is available on Spotify, has been downloaded a million times.",
        "Sign up at the town hall before Friday, the council said.",
        "Call 999 if you see smoke.",
        "Email clerk@council.example to object to the plan.",
        "Follow the river path north until you reach the mill.",
        "Like us, the Danes have built dykes for a thousand years.",
        "Support our troops, the banners said.",
        "Tell us about your new album.",
        "The story first appeared in a local newspaper in 1998, and was soon forgotten.",
        "The species first appeared on the island in 1870.",
        "Subscribe to the view that rivers need room, and you build no wall.",
        "The river earns its name from qualifying rounds of a race.",
        "Turn on the lights before you leave, the police advised.",
        "The source: a spring below the upper mill.",
        "The film was first published on a Monday in June.",
        "Related work on the sluice: two gates were repaired.",
        "Start your day with a walk along the quay, the doctor says.",
        "Register to vote by 18 June to take part in the election.",
        "Users were told to unsubscribe from the service.",
        "This email was sent to all staff on Friday, a day before the strike.",
        "Join us as we fight for a better valley, the candidate wrote.",
        "Donate blood at the town hall on Friday between nine and five.",
        "You got your results because the laboratory worked through the night.",
        "Sign up for our newsletter. The mayor said on Monday that the wall had cost too much.",
    ],
)
def test_news_about_calls_is_no_call(line: str) -> None:
    known = known_line(line)
    assert known is None or not known.is_certain


def test_a_call_to_comment_is_left_to_the_line_model_where_it_is_confident() -> None:
    known = known_line("What about you? Let us know in the comments below.")
    assert known is not None
    assert (known.kind, known.is_certain) == ("widget", False)
