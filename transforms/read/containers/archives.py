"""Zip, tar and WACZ: each regular member is read like a file of its own, as a stream, never unpacked."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, BinaryIO, cast

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.sniff import sniff
from transforms.read.bytes.streams import BUFFER_BYTES, Buffered, StreamDamaged, peek, seekable
from transforms.read.containers.compressed import unwrap

# zipfile raises RuntimeError for encrypted members, its NotImplementedError for unknown compression.
_ZIP_ERRORS = (zipfile.BadZipFile, RuntimeError, ValueError, OSError)
# Office documents and books are zips whose parts are not articles.
_PACKAGES = ("[Content_Types].xml", "META-INF/container.xml", "META-INF/MANIFEST.MF", "META-INF/manifest.xml")


@reader("zip")
def read_zip(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the items of the members; of a WACZ only its WARC files are documents, the rest describes them."""
    with seekable(stream) as whole:
        try:
            archive = zipfile.ZipFile(whole)
        except _ZIP_ERRORS as error:
            yield Rejected(Reason.UNREADABLE, f"zip: {error}", origin)
            return
        with archive:
            yield from _zip_items(archive, origin, whole.seek(0, io.SEEK_END))


def _zip_items(archive: zipfile.ZipFile, origin: Origin, size: int) -> Iterator[RawDocument | Rejected]:
    members = [m for m in archive.infolist() if not m.is_dir()]
    names = {m.filename for m in members}
    if names.intersection(_PACKAGES):
        yield Rejected(Reason.UNSUPPORTED_FORMAT, "an office document, a book or a program", origin)
        return
    if "datapackage.json" in names and (warcs := [m for m in members if m.filename.startswith("archive/")]):
        members = warcs
    # Members may overlap in the file: the size of the file limits their total.
    budget = _Budget(len(members), most=max(LIMITS.ratio_floor, size * LIMITS.ratio))
    for number, member in enumerate(members, 1):
        inside = replace(origin, member_path=_joined(origin, member.filename))
        rejection = budget.exceeded() or _unsafe_path(member.filename) or _unreadable_member(member)
        if rejection:
            yield Rejected(*rejection, inside, number)
        else:
            yield from _read_zip_member(archive, member, inside, number, budget)


@reader("tar")
def read_tar(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the items of the members, in one pass."""
    number, last = 0, None
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            budget = _Budget(0)
            for number, member in enumerate((m for m in archive if not m.isdir()), 1):
                budget.count = number
                for last in _tar_items(archive, member, origin, number, budget):
                    yield last
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(last, Rejected) and last.reason is Reason.TRUNCATED_STREAM:
            return  # reported by its last member
        is_short = "end of data" in str(error) or "truncated" in str(error)
        reason = Reason.TRUNCATED_STREAM if is_short else Reason.UNREADABLE
        yield Rejected(reason, f"tar: {error}", origin, number + 1)


def _tar_items(
    archive: tarfile.TarFile, member: tarfile.TarInfo, origin: Origin, number: int, budget: _Budget
) -> Iterator[RawDocument | Rejected]:
    inside = replace(origin, member_path=_joined(origin, member.name))
    rejection = budget.exceeded() or _unsafe_path(member.name)
    opened = archive.extractfile(member) if rejection is None and member.isreg() else None
    if opened is None:
        yield Rejected(*(rejection or (Reason.MEMBER_NOT_REGULAR, "a link or a device")), inside, number)
    else:
        yield from _read_member(opened, None, inside, number, budget)


class _Budget:
    """The size and number of members that one archive may have."""

    def __init__(self, count: int, *, most: int = LIMITS.archive_bytes) -> None:
        self.count = count
        self.size = 0
        self.most = min(most, LIMITS.archive_bytes)

    def exceeded(self) -> tuple[Reason, str] | None:
        if self.count > LIMITS.member_count:
            return Reason.TOO_LARGE, f"more than {LIMITS.member_count} members"
        if self.size > self.most:
            return Reason.DECOMPRESSED_TOO_LARGE, f"the archive holds more than {self.most} bytes"
        return None


class _Member(io.RawIOBase):
    """A member's bytes, counted against the archive's budget and its own ratio."""

    def __init__(self, opened: IO[bytes], compressed: int | None, budget: _Budget) -> None:
        self._opened = opened
        self._compressed = compressed
        self._budget = budget
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._opened.read(len(buffer))
        except zipfile.BadZipFile as error:
            reason = Reason.CHECKSUM_FAILED if "CRC" in str(error) else Reason.UNREADABLE
            raise StreamDamaged(reason, str(error)) from error
        except (zlib.error, EOFError, OSError, tarfile.TarError) as error:
            raise StreamDamaged(Reason.TRUNCATED_STREAM, str(error) or "the member ends too early") from error
        buffer[: len(data)] = data
        self._size += len(data)
        self._budget.size += len(data)
        is_bomb = self._compressed is not None and self._size > max(
            LIMITS.ratio_floor, self._compressed * LIMITS.ratio
        )
        if is_bomb or self._budget.size > self._budget.most:
            raise StreamDamaged(
                Reason.DECOMPRESSED_TOO_LARGE, f"{self._compressed} bytes hold {self._size} or more"
            )
        return len(data)


def _read_zip_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, inside: Origin, number: int, budget: _Budget
) -> Iterator[RawDocument | Rejected]:
    try:
        opened = archive.open(member)
    except _ZIP_ERRORS as error:
        yield Rejected(Reason.UNREADABLE, f"zip: {error}", inside, number)
        return
    with opened:
        yield from _read_member(opened, member.compress_size, inside, number, budget)


def _read_member(
    opened: IO[bytes], compressed: int | None, inside: Origin, number: int, budget: _Budget
) -> Iterator[RawDocument | Rejected]:
    from transforms.read import read_documents

    stream = cast("BinaryIO", Buffered(_Member(opened, compressed, budget), BUFFER_BYTES))
    try:
        stream, inside, repairs = unwrap(stream, inside)
        head, stream = peek(stream)
    except StreamDamaged as error:
        yield Rejected(error.reason, error.detail, inside, number)
        return
    if sniff(head) in ("zip", "tar"):
        yield Rejected(Reason.ARCHIVE_TOO_DEEP, "an archive inside an archive", inside, number)
        return
    for item in read_documents(stream, inside):
        if isinstance(item, RawDocument):
            item.repairs += repairs
        yield item


def _unsafe_path(name: str) -> tuple[Reason, str] | None:
    """Reason and detail for a path that leaves its folder: nothing is unpacked, but its author meant harm."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\x00" in name or "\\" in name:
        return Reason.MEMBER_PATH_UNSAFE, name[:300]
    return None


def _unreadable_member(member: zipfile.ZipInfo) -> tuple[Reason, str] | None:
    mode = member.external_attr >> 16
    if member.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Reason.MEMBER_NOT_REGULAR, "a link or a device"
    if member.flag_bits & 0x1:
        return Reason.ENCRYPTED, "a password is needed"
    return None


def _joined(origin: Origin, name: str) -> str:
    return f"{origin.member_path}!/{name}" if origin.member_path else name
