"""Compressed bodies are opened in small pieces, whatever their seams."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetch.decoders import Damaged, inflater


def opened(coding: str, packed: bytes, cut: int = 1 << 16) -> list[bytes]:
    opener = inflater(coding)
    pieces = [piece for i in range(0, len(packed), cut) for piece in opener.feed(packed[i : i + cut])]
    opener.finish()
    return pieces


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "gzip": ("gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "plain": ("identity", bytes),
}


@given(st.binary(max_size=3000), st.integers(1, 400), st.sampled_from(sorted(PACKERS)), st.integers(1, 200))
def test_what_was_packed_comes_out(data: bytes, cut: int, name: str, times: int) -> None:
    coding, pack = PACKERS[name]
    pieces = opened(coding, pack(data * times), cut)
    assert b"".join(pieces) == data * times
    if coding != "identity":
        assert max(map(len, pieces), default=0) <= 1 << 17


@pytest.mark.parametrize("name", ["gzip", "zlib", "raw", "br"])
def test_a_body_that_is_cut_is_noticed(name: str) -> None:
    coding, pack = PACKERS[name]
    with pytest.raises(Damaged):
        opened(coding, pack(bytes(range(256)) * 50)[:-5])


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_what_is_not_compressed_is_damage(coding: str) -> None:
    with pytest.raises(Damaged):
        opened(coding, b"<p>no compression here</p>" * 9)


def test_codings_that_were_not_asked_for() -> None:
    with pytest.raises(KeyError):
        inflater("zstd")
    with pytest.raises(KeyError):
        inflater("gzip, gzip")
