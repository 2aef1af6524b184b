"""Compressed bodies are decoded in small pieces, wherever they are cut."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.read.bytes.decoders import BodyDecoder, decode_body
from transforms.read.bytes.streams import StreamDamaged


def opened(coding: str, packed: bytes, cut: int = 1 << 16) -> list[bytes]:
    decoder = BodyDecoder(coding)
    pieces = [piece for i in range(0, len(packed), cut) for piece in decoder.feed(packed[i : i + cut])]
    decoder.finish()
    return pieces


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "gzip": ("gzip", gzip.compress),
    "gzip members": ("gzip", lambda data: gzip.compress(data[:7]) + gzip.compress(data[7:])),
    "zlib as gzip": ("gzip", zlib.compress),
    "gzip as deflate": ("deflate", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "plain": ("identity", bytes),
}


@given(st.binary(max_size=3000), st.integers(1, 400), st.sampled_from(sorted(PACKERS)), st.integers(1, 200))
def test_compressed_data_is_decoded_unchanged(data: bytes, cut: int, name: str, times: int) -> None:
    coding, pack = PACKERS[name]
    pieces = opened(coding, pack(data * times), cut)
    assert b"".join(pieces) == data * times
    if coding != "identity":
        assert max(map(len, pieces), default=0) <= 1 << 17


@pytest.mark.parametrize("name", ["gzip", "zlib", "raw", "br"])
def test_a_body_that_is_cut_is_noticed(name: str) -> None:
    coding, pack = PACKERS[name]
    with pytest.raises(StreamDamaged):
        opened(coding, pack(bytes(range(256)) * 50)[:-5])


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_uncompressed_data_is_damage(coding: str) -> None:
    with pytest.raises(StreamDamaged):
        opened(coding, b"<p>no compression here</p>" * 9)


def test_codings_that_were_not_asked_for() -> None:
    with pytest.raises(KeyError):
        BodyDecoder("zstd")
    with pytest.raises(KeyError):
        BodyDecoder("gzip, gzip")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_body_larger_than_its_limit_is_not_decoded_to_its_end(coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding]
    assert decode_body(pack(bytes(5000)), coding, 5000) == bytes(5000)
    with pytest.raises(StreamDamaged) as caught:
        decode_body(pack(bytes(5001)), coding, 5000)
    assert caught.value.reason == "decompressed_too_large"
