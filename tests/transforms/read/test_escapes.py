from __future__ import annotations

import time

import pytest

from transforms.read.records.escapes import printed, unescaped_markup


@pytest.mark.parametrize(("title", "expected"), [
    ("<b>Harbour</b> wall &amp; pier", "Harbour wall & pier"),
    ("<em>Live</em>: the vote", "Live: the vote"),
    ('<a href="https://news.example/">Wall</a> falls', "Wall falls"),
    ("Wall isn&amp;#8217;t safe", "Wall isn’t safe"),
    ("Wall isn&amp;amp;#8217;t safe", "Wall isn’t safe"),
    ("&lt;i&gt;Vasa&lt;/i&gt; opens again", "Vasa opens again"),
    ("<![CDATA[Wall & pier]]>", "Wall & pier"),
    ("Wall falls<br/>Two hurt", "Wall falls Two hurt"),
    ("<p>Wall falls</p>", "Wall falls"),
    ('Wall<img src="https://news.example/p.gif" /> falls', "Wall falls"),
    ("H<sub>2</sub>O in the harbour", "H2O in the harbour"),
    ("<span class='kicker'>Vote</span> Wall falls", "Vote Wall falls"),
    ("Caf&eacute;s &#038; bars", "Cafés & bars"),
])  # fmt: skip
def test_a_title_has_no_markup(title: str, expected: str) -> None:
    assert printed(title) == expected


@pytest.mark.parametrize("title", [
    "Less < more, more > less", "The <table> tag explained", "I <3 Northport", "AT&T sues", "Wall & pier",
    "<Anonymous> wins", "Q&A: the wall", "R&D;", "Use <b> for bold", "a<b and b>c", "  Two  spaces  ",
])  # fmt: skip
def test_a_title_about_markup_stays(title: str) -> None:
    assert printed(title) == title


@pytest.mark.parametrize(("body", "expected"), [
    ("&lt;p&gt;The wall &amp;amp; pier.&lt;/p&gt;", "<p>The wall &amp; pier.</p>"),
    ("&amp;lt;p&amp;gt;The wall.&amp;lt;/p&amp;gt;", "<p>The wall.</p>"),
    ("<p>The wall isn&amp;#8217;t safe.</p>", "<p>The wall isn&#8217;t safe.</p>"),
    ("&lt;div class=&quot;a&quot;&gt;The wall.&lt;/div&gt;", '<div class="a">The wall.</div>'),
    ("The wall.&lt;br /&gt;&lt;br /&gt;The pier.", "The wall.<br /><br />The pier."),
    ("&#60;p&#62;The wall.&#60;/p&#62;", "<p>The wall.</p>"),
])  # fmt: skip
def test_a_body_escaped_twice_is_markup(body: str, expected: str) -> None:
    assert unescaped_markup(body) == expected


@pytest.mark.parametrize("body", [
    "<p>Write &lt;p&gt; before a paragraph.</p>", "<pre>&lt;p&gt;One&lt;/p&gt;</pre>", "1 &lt; 2 &amp; 3 &gt; 2",
    "<p>Use <code>&lt;br&gt;</code> and &lt;hr&gt;.</p>", "<p>AT&amp;T; Q&amp;A</p>", "a &lt;b&gt; c",
    "<p>The tags &lt;p&gt; and &lt;/p&gt;.</p><p>Both.</p>",
])  # fmt: skip
def test_a_body_about_markup_stays(body: str) -> None:
    assert unescaped_markup(body) == body


@pytest.mark.parametrize(
    "piece", ["<b>", "<b><i>", "&lt;p ", "&amp;", "&amp;lt;", "<!--", "<a href=", "</b>", "<br"]
)
def test_texts_of_pieces_of_markup_take_no_long_time(piece: str) -> None:
    began = time.process_time()
    printed(piece * 50_000)
    printed(piece * (900 // len(piece)))
    unescaped_markup(piece * 50_000)
    assert time.process_time() - began < 2
