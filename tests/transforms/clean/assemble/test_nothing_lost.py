"""Every visible word of a page is in a segment of its article."""

import html.parser
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transforms.clean.sample_pages import PARAGRAPHS, news_page
from transforms.clean.page_article import clean_page
from transforms.contract.article import Draft
from transforms.contract.documents import Origin, PublisherContext, RawDocument

VOID = {"br", "img", "hr"}
OPENINGS = (
    "", "Advertisement", "Read more:", "By", "Photo:", "Image caption,", "Credit...", "Sign up for our newsletter",
    "©", "PHOTO:", "Updated", "Follow us on Twitter", "Image source,", "March 5, 2024",
)  # fmt: skip
BLOCKS = (
    "<p>{}</p>", "<div>{}</div>", "<div class='ad-slot'>{}</div>", "<div class='related'>{}</div>",
    "<section>{}</section>", "<article>{}</article>", "<blockquote>{}</blockquote>", "<aside class='promo'>{}</aside>",
    "<ul><li>{}</li><li>{}</li></ul>", "<ol><li>{}</li></ol>", "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "<table><tr><th>{}</th><td>{}</td></tr><tr><td>{}</td></tr></table>", "<h2>{}</h2>", "<h1>{}</h1>",
    "<figure><img src='/a.jpg'>{}<figcaption>{}<cite>{}</cite></figcaption></figure>",
    "<figure><img src='/b.jpg'><figcaption><span>{}</span><span class='credit'>{}</span></figcaption></figure>",
    "<div class='image-caption'>{}</div>", "<footer>{}</footer>", "<header>{}</header>", "<form>{}</form>",
    "<details><summary>{}</summary>{}</details>", "<pre>{}</pre>", "<address>{}</address>", "<center>{}</center>",
    "<div class='comments'>{}</div>", "<div id='cookie-banner'>{}</div>", "<main>{}</main>", "<dialog open>{}</dialog>",
    "<div aria-hidden='true'>{}</div>", "<p>{}<br>{}<br><br>{}</p>", "<p><b>{}</b><br>{}</p>", "<td>{}</td>",
)  # fmt: skip
INLINE = (
    "{}", "<b>{}</b>", "<a href='/x'>{}</a>", "<a href='/x'><strong>{}</strong></a>", "<em>{}</em>", "{}<br>{}",
    "<span>{}</span> <span>{}</span>", "<small>{}</small>", "<cite>{}</cite>", "<time>{}</time>", "<u>{}</u> {}",
    "<span aria-hidden='true'>{}</span> {}", "<q>{}</q>", "<label>{}</label>", "<font color='red'>{}</font>",
)  # fmt: skip
UNSEEN = (
    "<div hidden><p>{}</p></div>", "<div style='display: none'>{}</div>", "<p style='visibility:hidden'>{}</p>",
    "<script>{}</script>", "<style>{}</style>", "<template><p>{}</p></template>", "<nav><a href='/'>{}</a></nav>",
    "<dialog><p>{}</p></dialog>", "<p>{} <span hidden>{}</span></p>",
)  # fmt: skip


def _fill(shape: str, parts: list[str]) -> str:
    filled = iter(parts * 3)
    for _ in range(shape.count("{}")):
        shape = shape.replace("{}", next(filled), 1)
    return shape


@st.composite
def _texts(draw: st.DrawFn) -> str:
    words = " ".join(draw(st.lists(st.sampled_from(("@", "Harbour@", "wall@", "3@")), min_size=1, max_size=12)))
    text = f"{draw(st.sampled_from(OPENINGS))} {words}{draw(st.sampled_from(('.', '', '?', ',', '/', ')')))}"
    return _fill(draw(st.sampled_from(INLINE)), [text])


_pages = st.recursive(
    _texts(),
    lambda inner: st.builds(_fill, st.sampled_from(BLOCKS), st.lists(inner, min_size=1, max_size=3)).flatmap(
        lambda block: st.sampled_from((block, f"{block} @ between "))
    ),
    max_leaves=8,
)


class _Visible(html.parser.HTMLParser):
    """The words displayed by markup in which every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unseen: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            known = dict(attrs)
            style = (known.get("style") or "").replace(" ", "")
            is_unseen = (
                tag in ("script", "style", "template", "nav", "head", "title")
                or "hidden" in known
                or (tag == "dialog" and "open" not in known)
                or "display:none" in style
                or "visibility:hidden" in style
            )
            self._unseen.append(is_unseen or any(self._unseen[-1:]))

    def handle_endtag(self, tag: str) -> None:
        self._unseen.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._unseen[-1:]):
            self.words += data.split()


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text).split()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_pages, min_size=1, max_size=5),
    st.lists(st.sampled_from(UNSEEN), max_size=2),
    st.integers(0, len(PARAGRAPHS)),
    st.booleans(),
)
def test_every_visible_word_is_in_a_segment(
    blocks: list[str], unseen: list[str], at: int, is_outside: bool
) -> None:
    inserted = " ".join((*blocks, *unseen)).replace("{}", "hidden@")
    numbers = count()
    inserted = "".join(c if c != "@" else f"x{next(numbers)}" for c in inserted)
    paragraphs = "</p>".join(("", inserted)) + "<p>"
    markup = (
        news_page(after=inserted) if is_outside else news_page((*PARAGRAPHS[:at], paragraphs, *PARAGRAPHS[at:]))
    )
    found = clean_page(
        RawDocument(markup.encode(), "text/html", Origin("test", url="https://courier.example/wall")),
        PublisherContext(),
    )
    assert isinstance(found, Draft)
    kept = {word for segment in found.segments for word in _words(segment.text)}
    parser = _Visible()
    parser.feed(inserted)
    parser.close()
    assert [word for text in parser.words for word in _words(text) if word not in kept] == []
    texts = {"title": found.facts.title or "", "body": found.text, "caption": found.captions}
    for segment in found.segments:
        if segment.field is not None:
            assert texts[segment.field][segment.start : segment.end] == segment.text
