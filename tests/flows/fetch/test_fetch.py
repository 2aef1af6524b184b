"""The polite fetcher against a real server that behaves well, badly and with malice."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from flows.fetch.exchange import Deferred, Fetched, FetchRequest, NotModified
from flows.fetch.fetch import Fetcher
from flows.fetch.policy import FetchPolicy
from tests.flows.conftest import Hasty
from tests.flows.site import Site, page
from transforms.contract.documents import Rejected
from transforms.contract.reasons import Reason

Result = Fetched | NotModified | Rejected | Deferred


def fetch_in_turn(policy: FetchPolicy, *requests: FetchRequest) -> list[Result]:
    async def fetch() -> list[Result]:
        async with Fetcher(policy) as fetcher:
            return [await fetcher.fetch(request) for request in requests]

    return asyncio.run(fetch())


def fetch(
    policy: FetchPolicy,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    body_sha256: str | None = None,
) -> Result:
    request = FetchRequest(url, "harbour", etag=etag, last_modified=last_modified, body_sha256=body_sha256)
    (result,) = fetch_in_turn(policy, request)
    return result


def reason_of(result: Result) -> Reason:
    assert isinstance(result, Rejected), result
    return result.reason


def test_a_page_has_its_headers_and_validators(site: Site, hasty: Hasty) -> None:
    request = FetchRequest(f"{site.url}/articles/7.html", "harbour", hints={"published": "2024-03-01"})
    (result,) = fetch_in_turn(hasty(contact="desk@news.example"), request)
    assert isinstance(result, Fetched)
    assert result.body.decode() == page(7)
    origin = result.origin
    assert (origin.url, origin.charset, origin.media_type) == (request.url, "utf-8", "text/html")
    assert (origin.http_status, origin.hints) == (200, {"published": "2024-03-01"})
    assert origin.http_headers["etag"]
    robots, asked = site.hits
    assert (robots.path, asked.path) == ("/robots.txt", "/articles/7.html")
    assert asked.headers["User-Agent"].startswith("dateline")
    assert "(+desk@news.example)" in asked.headers["User-Agent"]


def test_a_conditional_request_brings_a_body_only_when_it_changed(site: Site, hasty: Hasty) -> None:
    url = f"{site.url}/articles/7.html"
    first = fetch(hasty(), url)
    assert isinstance(first, Fetched)
    second = fetch(hasty(), url, etag=first.headers["etag"], last_modified=first.headers["last-modified"])
    assert isinstance(second, NotModified)
    assert (second.status, site.hits[-1].status) == (304, 304)
    assert site.hits[-1].headers["If-Modified-Since"] == first.headers["last-modified"]
    site.editions[7] = 2
    assert isinstance(fetch(hasty(), url, etag=first.headers["etag"]), Fetched)


def test_a_body_that_we_have_is_not_new_without_validators_either(site: Site, hasty: Hasty) -> None:
    url = f"{site.url}/articles/10.html"
    first = fetch(hasty(), url)
    assert isinstance(first, Fetched)
    assert "etag" not in first.headers
    second = fetch(hasty(), url, body_sha256=first.body_sha256)
    assert isinstance(second, NotModified)
    assert second.status == 200


@pytest.mark.parametrize("coding", ["gzip", "two", "padded", "x-gzip", "deflate", "raw", "identity"])
def test_content_codings(site: Site, hasty: Hasty, coding: str) -> None:
    result = fetch(hasty(), f"{site.url}/encoded/{coding}")
    assert isinstance(result, Fetched)
    assert result.body.decode() == page(3)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/encoded/cut", Reason.TRUNCATED_STREAM),
        ("/encoded/broken", Reason.TRUNCATED_STREAM),
        ("/encoded/lie", Reason.TRUNCATED_STREAM),
        ("/encoded/unasked", Reason.UNREADABLE),
        ("/short", Reason.TRUNCATED_STREAM),
        ("/endless", Reason.TOO_LARGE),
        ("/announced", Reason.TOO_LARGE),
        ("/bomb/gzip?mb=64", Reason.DECOMPRESSED_TOO_LARGE),
        ("/bomb/br?mb=64", Reason.DECOMPRESSED_TOO_LARGE),
        ("/slow", Reason.FETCH_FAILED),
        ("/never", Reason.FETCH_FAILED),
        ("/status/404", Reason.HTTP_ERROR),
        ("/status/410", Reason.HTTP_ERROR),
        ("/status/304", Reason.HTTP_ERROR),
        ("/private/secret", Reason.ROBOTS_DENIED),
        ("/to?/private/secret", Reason.ROBOTS_DENIED),
        ("/to", Reason.REDIRECT_REFUSED),
        ("/to?http://127.0.0.1/", Reason.REDIRECT_REFUSED),
        ("/to?http://[::ffff:127.0.0.1]/", Reason.REDIRECT_REFUSED),
        ("/to?http://localhost/", Reason.REDIRECT_REFUSED),
        ("/to?file:///etc/passwd", Reason.REDIRECT_REFUSED),
        ("/to?http://me@news.example/", Reason.REDIRECT_REFUSED),
        ("/to?http://news.example:22/", Reason.REDIRECT_REFUSED),
    ],
)
def test_rejections_have_a_reason(site: Site, hasty: Hasty, path: str, reason: Reason) -> None:
    began = time.monotonic()
    seconds = 0.5 if reason is Reason.FETCH_FAILED else 10.0
    result = fetch(hasty(total_seconds=seconds, attempts=1), f"{site.url}{path}")
    assert reason_of(result) is reason
    assert isinstance(result, Rejected)
    assert result.detail
    assert result.origin
    assert result.origin.url == f"{site.url}{path}"
    assert time.monotonic() - began < 5


def test_a_bomb_is_stopped_early(site: Site, hasty: Hasty) -> None:
    result = fetch(hasty(), f"{site.url}/bomb/gzip?mb=64")
    assert isinstance(result, Rejected)
    read, made = (int(word) for word in result.detail.split() if word.isdigit())
    assert made < read * 200 + (1 << 20) + (1 << 17)
    assert made < (20 << 20) + (1 << 17)


def test_redirects_are_followed_up_to_five(site: Site, hasty: Hasty) -> None:
    result = fetch(hasty("www.news.example"), f"{site.url}/to?//www.news.example/to?/articles/5.html")
    assert isinstance(result, Fetched)
    assert result.final_url == "http://www.news.example/articles/5.html"
    assert site.paths().count("/robots.txt") == 2
    assert reason_of(fetch(hasty(), f"{site.url}/to")) is Reason.REDIRECT_REFUSED
    assert site.paths().count("/to") == 6


FORMS = [
    "127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "169.254.169.254", "localhost",
    "１２７.0.0.1", "[fe80::1%25lo]", "10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", FORMS)
def test_no_form_of_a_private_address_is_connected_to(site: Site, hasty: Hasty, host: str) -> None:
    policy = hasty(ports=frozenset({80, 443, site.port}), attempts=1)
    assert reason_of(fetch(policy, f"http://{host}:{site.port}/page/a")) is Reason.URL_FORBIDDEN
    redirected = fetch(policy, f"{site.url}/to?http://{host}:{site.port}/page/a")
    assert reason_of(redirected) is Reason.REDIRECT_REFUSED
    assert "/page/a" not in site.paths()


def test_an_address_that_the_settings_name_is_connected_to(site: Site, hasty: Hasty) -> None:
    for host in ("127.0.0.1", "localhost"):
        url = f"http://{host}:{site.port}/page/a"
        assert isinstance(fetch(hasty(allowed=frozenset({f"{host}:{site.port}"})), url), Fetched)
        assert reason_of(fetch(hasty(), url)) is Reason.URL_FORBIDDEN


def test_a_host_that_is_not_there() -> None:
    policy = FetchPolicy(resolve={"gone.example": "127.0.0.1:1"}, backoff=0.01, delay=0)
    for host in ("gone.example", "no-such-name.invalid"):
        assert reason_of(fetch(policy, f"http://{host}/a")) is Reason.FETCH_FAILED


def test_a_host_that_is_down_is_not_asked_again_in_the_same_run(site: Site, hasty: Hasty) -> None:
    site.robots_status = 503
    requests = [FetchRequest(f"{site.url}/page/{name}", "harbour") for name in "abc"]
    first, *others = fetch_in_turn(hasty(), *requests)
    assert reason_of(first) is Reason.ROBOTS_DENIED
    assert all(isinstance(other, Deferred) for other in others)
    assert site.paths() == ["/robots.txt"] * 3


def test_transient_failures_are_tried_again(site: Site, hasty: Hasty) -> None:
    assert isinstance(fetch(hasty(), f"{site.url}/flaky/2"), Fetched)
    assert isinstance(fetch(hasty(), f"{site.url}/flaky/1?code=429"), Fetched)
    assert reason_of(fetch(hasty(), f"{site.url}/flaky/3?code=500")) is Reason.HTTP_ERROR
    assert reason_of(fetch(hasty(), f"{site.url}/flaky/1?code=404")) is Reason.HTTP_ERROR
    counts = {path: site.paths().count(path) for path in site.paths()}
    assert counts["/flaky/2"] == counts["/flaky/3?code=500"] == 3
    assert counts["/flaky/1?code=404"] == 1


def test_retry_after_is_obeyed(site: Site, hasty: Hasty) -> None:
    result = fetch(hasty(), f"{site.url}/flaky/1?after=1")
    assert isinstance(result, Fetched)
    first, second = (hit for hit in site.hits if hit.path.startswith("/flaky"))
    assert second.began - first.ended >= 1.0


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_long_retry_after_leaves_the_whole_host_alone(site: Site, hasty: Hasty, form: str) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    after = "3600" if form == "seconds" else until.replace(" ", "%20")
    requests = [f"{site.url}/status/503?after={after}", f"{site.url}/page/a", "http://other.example/page/b"]
    results = fetch_in_turn(hasty("other.example"), *(FetchRequest(url, "harbour") for url in requests))
    assert reason_of(results[0]) is Reason.HTTP_ERROR
    assert isinstance(results[1], Deferred)
    assert 3500 < results[1].seconds <= 3600
    assert isinstance(results[2], Fetched)
    assert "/page/a" not in site.paths()


@pytest.mark.parametrize(("status", "is_allowed"), [(404, True), (401, True), (500, False), (503, False)])
def test_a_site_without_robots(site: Site, hasty: Hasty, status: int, is_allowed: bool) -> None:
    site.robots_status = status
    result = fetch(hasty(), f"{site.url}/private/a")
    if is_allowed:
        assert isinstance(result, Fetched)
    else:
        assert reason_of(result) is Reason.ROBOTS_DENIED
        assert "/private/a" not in site.paths()


def test_the_crawl_delay_is_obeyed(site: Site, hasty: Hasty) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 0.2\n"
    requests = [FetchRequest(f"{site.url}/page/{name}", "harbour") for name in "abc"]
    assert all(isinstance(result, Fetched) for result in fetch_in_turn(hasty(), *requests))
    pages = [hit for hit in site.hits if hit.path != "/robots.txt"]
    assert min(b.began - a.ended for a, b in pairwise(pages)) >= 0.2 - 0.01


def test_cookies_are_not_kept(site: Site, hasty: Hasty) -> None:
    urls = [f"{site.url}/cookie", f"{site.url}/page/a"]
    results = fetch_in_turn(hasty(), *(FetchRequest(url, "harbour") for url in urls))
    assert isinstance(results[0], Fetched)
    assert "set-cookie" not in results[0].headers
    assert "Cookie" not in site.hits[-1].headers


def test_the_proxy_of_the_environment_is_not_used(
    site: Site, hasty: Hasty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert isinstance(fetch(hasty(), f"{site.url}/page/a"), Fetched)
