"""Parquet: each row is a document, its columns as canonical JSON."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import StreamDamaged, seekable
from transforms.read.records.record import canonical

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS = 256
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@reader("parquet")
def read_parquet(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a document per row; null columns are left out. `item_no` counts rows from 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = size = 0
    try:
        with seekable(stream) as whole, pq.ParquetFile(whole) as file:
            most = max(LIMITS.ratio_floor, LIMITS.ratio * whole.seek(0, io.SEEK_END))
            for group in range(file.num_row_groups):
                stored = file.metadata.row_group(group)
                if stored.total_byte_size > stored.num_rows * LIMITS.document_bytes:
                    detail = f"{stored.num_rows} rows of {stored.total_byte_size} bytes"
                    yield Rejected(Reason.TOO_LARGE, detail, origin, number + 1)
                    number += stored.num_rows
                    continue
                for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group]):
                    for row in _rows(batch):
                        number += 1
                        yield (found := _document(row, origin, number))
                        size += len(found.body) if isinstance(found, RawDocument) else 0
                        if size > most:  # a dictionary can repeat a long text any number of times
                            raise StreamDamaged(
                                Reason.DECOMPRESSED_TOO_LARGE, f"rows of more than {most} bytes"
                            )
    except (pa.ArrowException, ValueError, OSError) as error:
        yield Rejected(Reason.UNREADABLE, f"after {number} rows: {error}", origin, number + 1)


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """The rows of a batch; the error message for a row with a date out of range."""
    batch = _without_nanoseconds(batch)
    try:
        yield from batch.to_pylist()
        return
    except (OverflowError, ValueError):
        pass
    for place in range(batch.num_rows):
        try:
            yield from batch.slice(place, 1).to_pylist()
        except (OverflowError, ValueError) as error:
            yield str(error)


def _without_nanoseconds(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with times cut to microseconds, the precision of Python's."""
    import pyarrow as pa

    coarse: pa.DataType
    for place, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            coarse = pa.timestamp("us", field.type.tz)
        elif pa.types.is_time64(field.type) and field.type.unit == "ns":
            coarse = pa.time64("us")
        elif pa.types.is_duration(field.type) and field.type.unit == "ns":
            coarse = pa.duration("us")
        else:
            continue
        batch = batch.set_column(place, field.name, batch.column(place).cast(coarse, safe=False))
    return batch


def _document(row: dict[str, Any] | str, origin: Origin, number: int) -> RawDocument | Rejected:
    if isinstance(row, str):
        return Rejected(Reason.MALFORMED_RECORD, f"row {number}: {row}", origin, number)
    if any(isinstance(value, str | bytes) and len(value) > LIMITS.document_bytes for value in row.values()):
        return Rejected(Reason.TOO_LARGE, f"row {number}: over {LIMITS.document_bytes} bytes", origin, number)
    repairs: list[Repair] = []
    record = {
        k: _text_of(v, repairs) for k, v in row.items() if v is not None and not k.startswith("__index_level_")
    }
    return RawDocument(canonical(record), "application/json", origin, number, tuple(dict.fromkeys(repairs)))


def _text_of(value: Any, repairs: list[Repair]) -> Any:
    """A value whose bytes are texts: many writers declare columns of text as plain binary.

    Bytes that are not text (an image, a hash) stay bytes.
    """
    if isinstance(value, bytes):
        from transforms.text.encoding import decode

        found = decode(value.rstrip(b"\x00"), declared=None, media_type="text/plain")
        if isinstance(found, Rejected) or _CONTROL.search(found.text):
            return value if value.strip(b"\x00") else ""
        repairs.extend(found.repairs)
        return found.text
    if isinstance(value, list):
        return [_text_of(one, repairs) for one in value]
    if isinstance(value, dict):
        return {name: _text_of(one, repairs) for name, one in value.items()}
    return value
