"""Which files a target stands for, in which order, and which are rejected."""

import os
import pickle
import socket
from pathlib import Path

import fsspec
import pytest

from flows.sources.files import InputFile, sources_of
from transforms.contract.documents import Rejected
from transforms.contract.errors import ReadError, UsageError
from transforms.contract.reasons import Reason

ODD = "naïve 新聞 'q' $(x);#?.txt"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.txt", "a/2.html", "a/1.html", "a/deep/3.html", ".hidden.txt", ODD):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "in"


def uris(target: str) -> list[str]:
    return [s.origin.container_uri or "" for s in sources_of(target) if s.origin]


def content(source: InputFile | Rejected) -> bytes:
    assert isinstance(source, InputFile)
    with source.open() as file:
        return file.read()


def refusals(target: str) -> list[tuple[str, Reason]]:
    found = [s for s in sources_of(target) if isinstance(s, Rejected)]
    return [(str(s.origin.container_uri), s.reason) for s in found if s.origin]


def test_a_folder_is_taken_whole_and_sorted(folder: Path) -> None:
    names = [".hidden.txt", "a/1.html", "a/2.html", "a/deep/3.html", "b.txt", ODD]
    assert uris("in") == uris("./in/") == [f"in/{name}" for name in names]
    for source in sources_of("in"):
        assert source.origin
        assert source.origin.source_id == "in"
        sent = pickle.loads(pickle.dumps(source))
        assert content(sent).decode() == str(source.origin.container_uri)[3:]


def test_one_file_and_its_settings(folder: Path) -> None:
    (source,) = sources_of("in/b.txt", source_id="harbour", fields={"title": "kop"})
    assert isinstance(source, InputFile)
    assert (source.origin.source_id, source.origin.fields) == ("harbour", {"title": "kop"})
    assert content(source) == content(source) == b"b.txt"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("in/*.txt", [".hidden.txt", "b.txt", ODD]),
        ("in/**/*.html", ["a/1.html", "a/2.html", "a/deep/3.html"]),
        ("in/a*", ["a/1.html", "a/2.html", "a/deep/3.html"]),
        ("in/a/[1-2].html", ["a/1.html", "a/2.html"]),
        ("in/*/deep/*", ["a/deep/3.html"]),
        ("i?/b.*", ["b.txt"]),
    ],
)
def test_globs(folder: Path, pattern: str, names: list[str]) -> None:
    assert uris(pattern) == [f"in/{name}" for name in names]
    assert uris(f"{folder.parent}/{pattern}") == [f"{folder}/{name}" for name in names]


def test_file_addresses_are_decoded(folder: Path) -> None:
    assert uris((folder / ODD).as_uri()) == [f"{folder}/{ODD}"]


@pytest.mark.parametrize(
    "target", ["", "nowhere", "in/nowhere.txt", "in/*.pdf", "none/*", "a\0b", "in/a**/x", "memory://none/x"]
)
def test_a_target_that_is_not_there_is_one_clear_line(folder: Path, target: str) -> None:
    with pytest.raises(UsageError) as caught:
        list(sources_of(target))
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_web_addresses_are_not_files() -> None:
    with pytest.raises(UsageError, match="fetched"):
        sources_of("https://news.example/feed.xml")


def test_links_are_rejected_and_never_followed(folder: Path) -> None:
    (folder / "loop").symlink_to("..")
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "dangling").symlink_to("nowhere")
    expected = [(f"in/{name}", Reason.SYMLINK_NOT_FOLLOWED) for name in ("dangling", "loop", "passwd")]
    assert refusals("in") == expected
    assert refusals("in/loop") == expected[1:2]
    assert refusals("in/**/*") == expected
    assert len(uris("in")) == 9


def test_pipes_and_sockets_are_rejected_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("in/socket")
        assert refusals("in") == [
            ("in/pipe", Reason.MEMBER_NOT_REGULAR),
            ("in/socket", Reason.MEMBER_NOT_REGULAR),
        ]


def test_a_file_that_changes_after_listing_is_not_followed(folder: Path) -> None:
    (source,) = sources_of("in/b.txt")
    assert isinstance(source, InputFile)
    (folder / "b.txt").unlink()
    with pytest.raises(ReadError):
        source.open()
    (folder / "b.txt").symlink_to("/etc/passwd")
    with pytest.raises(ReadError):
        source.open()
    (folder / "b.txt").unlink()
    os.mkfifo(folder / "b.txt")
    with pytest.raises(ReadError):
        source.open()


def test_a_name_that_is_not_utf8_can_be_stored(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))).write_bytes(b"x")
    (source,) = sources_of(str(tmp_path))
    assert isinstance(source, InputFile)
    assert source.origin.container_uri == f"{tmp_path}/caf\\xe9.txt"
    assert content(source) == b"x"


def test_unreachable_paths_are_rejected(folder: Path) -> None:
    level = "d" * 200
    os.chdir(folder)
    for _ in range(25):  # step by step: the whole path is longer than any that can be opened
        os.mkdir(level)  # noqa: PTH102
        os.chdir(level)
    os.chdir(folder.parent)
    ((uri, reason),) = refusals("in")
    assert reason is Reason.UNREADABLE
    assert len(uri) > 4000
    assert len(uris("in")) == 7


def test_object_stores() -> None:
    store = fsspec.filesystem("memory")
    try:
        for name in ("b.txt", "a/1.txt", "a/2.gz"):
            store.pipe(f"/bucket/{name}", name.encode())
        base = "memory:///bucket"
        assert uris("memory://bucket") == [f"{base}/a/1.txt", f"{base}/a/2.gz", f"{base}/b.txt"]
        assert uris("memory://bucket/**/*.txt") == [f"{base}/a/1.txt", f"{base}/b.txt"]
        (source,) = sources_of("memory://bucket/b.txt")
        assert isinstance(source, InputFile)
        assert content(source) == b"b.txt"
    finally:
        store.rm("/bucket", recursive=True)
