"""A page of an invented paper, with typical elements around the article."""

from collections.abc import Sequence

PARAGRAPHS = (
    "The council in Northport voted 7-2 on Tuesday night to rebuild the harbour wall, ending two years of dispute.",
    "“We cannot wait for another storm,” said Mayor Ana Reyes, who had asked for the money three times before.",
    "Work is to begin in April and will take about eighteen months, according to the harbour master's office.",
    "She was not asked why.",
    "Fishermen, whose boats lie behind the old wall, had feared that the quay would be closed for the whole summer.",
    "The wall was built in 1911 and has been breached four times, most recently by the storm of last November.",
)
CAPTION = "The harbour wall at Northport after the November storm."
CREDIT = "Ben Okoro/AP Photo"
PROMO = "Sign up for our newsletter and never miss a story from the harbour."
RELATED = "Read more: Ferry company orders two new ships"


def news_page(
    paragraphs: Sequence[str] = PARAGRAPHS,
    *,
    head: str = "",
    title: str = "Harbour wall vote",
    before: str = "",
    after: str = "",
) -> str:
    text = "".join(f"<p>{p}</p>" for p in paragraphs[:3])
    text += f'<aside class="promo-newsletter"><p>{PROMO}</p></aside>'
    text += "".join(f"<p>{p}</p>" for p in paragraphs[3:])
    links = "".join(
        f'<li><a href="/news/{n}">Another headline of the day, number {n}</a></li>' for n in range(12)
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | The Northport Courier</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2024-03-05T10:00:00Z">{head}
</head><body><nav class="main-nav"><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>{title}</h1><div class="byline">By Ana Okafor</div>{before}
<figure><img src="/wall.jpg"><figcaption>{CAPTION} {CREDIT}</figcaption></figure>
<div class="article-body">{text}</div>
<p class="related"><a href="/ferry">{RELATED}</a></p></article>{after}</main>
<aside class="sidebar"><h2>Most read</h2><ul>{links}</ul></aside>
<footer><p>© 2024 The Northport Courier. All rights reserved.</p></footer></body></html>"""
