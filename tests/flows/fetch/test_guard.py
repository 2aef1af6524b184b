"""Which addresses are rejected, by their form and where the connection is made."""

import socket

import pytest
from yarl import URL

from flows.fetch.guard import AddressGuard, Forbidden, is_public

PRIVATE = [
    "0.0.0.0", "10.0.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b:1::808:808", "2002:7f00:1::", "2001:0:7f00:1::",
    "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1",
    "not an address",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "151.101.1.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::"]
FORMS = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/",
    "http://0x7f000001/", "http://１２７.0.0.1/", "http://127.0.0.1./", "http://[::1]/", "http://0/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/", "http://[fe80::1%25lo]/", "http://224.0.0.1/", "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://user:pw@news.example/", "http://user@news.example/",
    "http://news.example:22/", "http://news.example:8080/", "http://news.example\\@127.0.0.1/",
    "http://news.example@127.0.0.1/", "file:///etc/passwd", "gopher://news.example/", "ftp://news.example/",
    "javascript:alert(1)", "news.example/a", "//news.example/a", "http://", "http:///a", "", "http://h:99999/",
    "http://news.exa\nmple/", "http://news.example/a\x00b", "http://[::1/",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", FORMS)
def test_forbidden_forms(url: str) -> None:
    with pytest.raises(Forbidden):
        AddressGuard().check(url)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://news.example/a?b=1#c", "https://news.example/a?b=1"),
        (" http://news.example ", "http://news.example"),
        ("http://zeitung-köln.example/ä b", "http://xn--zeitung-kln-zfb.example/%C3%A4%20b"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
    ],
)
def test_allowed_forms(url: str, normal: str) -> None:
    assert str(AddressGuard().check(url)) == normal


def connect_to(ip: str, port: int = 80) -> tuple[int, int, int, str, tuple[str, int]]:
    return (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))


def refuses(guard: AddressGuard, ip: str, port: int = 80) -> bool:
    try:
        guard.socket(connect_to(ip, port)).close()
    except Forbidden:
        return True
    return False


def test_addresses_are_checked_when_the_connection_is_made() -> None:
    assert all(refuses(AddressGuard(), ip) for ip in PRIVATE[:-1])
    assert not refuses(AddressGuard(), "8.8.8.8")


def test_an_exception_holds_for_the_host_that_it_names() -> None:
    guard = AddressGuard(frozenset({"127.0.0.1:8080", "cms.example:8080", "[::1]:8080", "desk.example"}))
    assert guard.check("http://127.0.0.1:8080/a")
    assert guard.check("http://[::1]:8080/a")
    for url in ("http://127.0.0.1/", "http://127.0.0.1:8081/", "http://desk.example:8080/"):
        with pytest.raises(Forbidden):
            guard.check(url)
    with guard.visiting(URL("http://cms.example:8080/")):
        assert not refuses(guard, "10.0.0.7", 8080)
        assert refuses(guard, "10.0.0.7", 80)
    with guard.visiting(URL("http://desk.example/")):
        assert not refuses(guard, "10.0.0.7", 80)
    with pytest.raises(Forbidden), guard.visiting(URL("http://other.example/")):
        guard.socket(connect_to("127.0.0.1", 8080))
    assert refuses(guard, "127.0.0.1", 8080)


def test_a_fixed_name_leads_to_its_address_only() -> None:
    guard = AddressGuard(fixed={"news.example": ("127.0.0.1", 8080)})
    with guard.visiting(URL("http://news.example/")):
        assert not refuses(guard, "127.0.0.1", 8080)
        assert refuses(guard, "127.0.0.1", 80)
        assert refuses(guard, "127.0.0.2", 8080)


@pytest.mark.parametrize(
    "location", ["http://news.example/b", "//127.0.0.1/", "https://[::1]/", "https://h:99999/", "file:///x"]
)
def test_redirects_that_are_rejected(location: str) -> None:
    with pytest.raises(Forbidden):
        AddressGuard().check_redirect(URL("https://news.example/a"), location)


def test_redirects_that_are_followed() -> None:
    here = URL("http://news.example/a/b?c")
    found = [
        str(AddressGuard().check_redirect(here, to))
        for to in ("https://x.example/", "../d", "?e", "//y.example#f")
    ]
    assert found == [
        "https://x.example/", "http://news.example/d", "http://news.example/a/b?e", "http://y.example",
    ]  # fmt: skip
