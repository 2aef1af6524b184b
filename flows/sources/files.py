"""Files on disk and in object stores: each opened on demand, or rejected with the reason."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from fsspec.core import url_to_fs
from fsspec.utils import glob_translate

from transforms.contract.documents import Origin, Rejected
from transforms.contract.errors import ReadError, UsageError
from transforms.contract.reasons import Reason
from transforms.read.bytes.streams import BUFFER_BYTES

_MAGIC = re.compile(r"[*?\[]")
_WEB = ("http", "https", "ftp")
_NO_FIELDS: Mapping[str, str] = MappingProxyType({})
# A name may have become a link or a pipe since it was listed: not followed, not waited for.
_FLAGS = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # as far as the system has them
    _FLAGS |= getattr(os, _flag, 0)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to be read: `open` returns its bytes from the start each time, or raises ReadError.

    `open` can be sent to another process.
    """

    origin: Origin
    open: Callable[[], BinaryIO]


def sources_of(
    target: str, *, source_id: str | None = None, fields: Mapping[str, str] = _NO_FIELDS
) -> Iterator[InputFile | Rejected]:
    """Every file that a path, folder, glob or object-store address stands for, sorted by path.

    Folders are read recursively. `container_uri` is the path as passed, with
    forward slashes, so that the same call yields the same origins. Symbolic links and files that are
    not regular are rejected, never followed. A missing target is a UsageError.
    """
    origin = Origin(_printable(source_id or target), fields=dict(fields))
    scheme = target.partition("://")[0].lower() if "://" in target else ""
    if scheme in _WEB:
        raise UsageError(f"a web address is fetched, not opened as a file: {target}")
    if scheme == "file":
        target = url2pathname(urlsplit(target).path)
    elif scheme:
        return _remote(target, origin)
    if _exists(target):
        return _below(Path(target), origin)
    if not _MAGIC.search(target):
        raise UsageError(f"no such file or folder: {_printable(target)}")
    return _matching(target, origin)


def _exists(target: str) -> bool:
    """Whether there is such a path; one in a folder that may not be searched fails when it is read."""
    try:
        os.lstat(target)
    except PermissionError:
        return True
    except (OSError, ValueError):  # a NUL byte
        return False
    return True


def _below(
    top: Path, origin: Origin, *, is_entered: Callable[[Path], bool] = lambda _: True
) -> Iterator[InputFile | Rejected]:
    stack = [top]
    while stack:
        path = stack.pop()
        here = replace(origin, container_uri=_printable(path.as_posix()))
        try:
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208 - names are all we need
                stack += [child for child in (path / name for name in names) if is_entered(child)]
            elif stat.S_ISLNK(mode):
                yield Rejected(
                    Reason.SYMLINK_NOT_FOLLOWED, f"points to {_printable(str(path.readlink()))}", here
                )
            elif not stat.S_ISREG(mode):
                yield Rejected(Reason.MEMBER_NOT_REGULAR, "not a regular file", here)
            elif not os.access(path, os.R_OK):
                yield Rejected(Reason.UNREADABLE, "no permission to read", here)
            else:
                yield InputFile(here, partial(_open, path))
        except OSError as error:
            yield Rejected(Reason.UNREADABLE, error.strerror or str(error), here)


def _matching(pattern: str, origin: Origin) -> Iterator[InputFile | Rejected]:
    parts = Path(pattern).parts
    first = next(i for i, part in enumerate(parts) if _MAGIC.search(part))
    base, wanted = Path(*parts[:first]), parts[first:]
    try:
        shapes = [re.compile(glob_translate("/".join(wanted[:n]))) for n in range(1, len(wanted) + 1)]
    except (ValueError, re.error) as error:
        raise UsageError(f"not a valid pattern: {_printable(pattern)} ({error})") from error
    plain = wanted.index("**") if "**" in wanted else len(wanted)

    def is_entered(path: Path) -> bool:
        """Whether the path matches, lies below a match, or a match may lie below it."""
        names = path.parts[len(base.parts) :]
        if len(names) <= plain and not shapes[len(names) - 1].match("/".join(names)):
            return False
        if path.is_dir() and not path.is_symlink():
            return True
        return any(shapes[-1].match("/".join(names[:n])) for n in range(1, len(names) + 1))

    is_empty = True
    for found in _below(base, origin, is_entered=is_entered) if base.is_dir() else ():
        is_empty = False
        yield found
    if is_empty:
        raise UsageError(f"no file matches {_printable(pattern)}")


def _open(path: Path) -> BinaryIO:
    uri = _printable(path.as_posix())
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise ReadError(f"cannot open {uri}: {error.strerror}", uri=uri) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ReadError(f"not a regular file: {uri}", uri=uri)
    return os.fdopen(descriptor, "rb", BUFFER_BYTES)


def _remote(url: str, origin: Origin) -> Iterator[InputFile | Rejected]:
    """Objects below an address of any store that fsspec knows (s3, gs, az, memory ...)."""
    try:
        store, path = url_to_fs(url)
        is_pattern = bool(_MAGIC.search(path)) and not store.exists(path)
        found = store.glob(path) if is_pattern else [path]
        names = sorted({name for each in found for name in store.find(each)})
    except ImportError as error:
        raise UsageError(f"{url}: {error}") from error
    except FileNotFoundError:
        names = []
    except Exception as error:  # each store raises its own client library's errors
        raise ReadError(f"cannot list {url}: {error}", uri=url) from error
    if not names:
        raise UsageError(f"no object at {url}")
    for name in names:
        uri = store.unstrip_protocol(name)
        yield InputFile(replace(origin, container_uri=uri), partial(_open_remote, store, name, uri))


def _open_remote(store: Any, name: str, uri: str) -> BinaryIO:
    try:
        return cast("BinaryIO", store.open(name, "rb"))
    except Exception as error:  # each store raises its own client library's errors
        raise ReadError(f"cannot open {uri}: {error}", uri=uri) from error


def _printable(name: str) -> str:
    r"""Write a path so that it can be stored: bytes of a name that are not UTF-8 become \xNN."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
