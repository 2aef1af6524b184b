"""Parquet: each row is a document, its columns as canonical JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from transforms.contract import Origin, RawDocument, Rejected, reader
from transforms.read.record import canonical
from transforms.read.streams import seekable
from transforms.reasons import Reason

_BATCH_ROWS = 256


@reader("parquet")
def read_parquet(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a document a row; null columns are left out. `item_no` counts rows from 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with seekable(stream) as whole, pq.ParquetFile(whole) as file:
            for batch in file.iter_batches(_BATCH_ROWS):
                for row in batch.to_pylist():
                    number += 1
                    record = {
                        k: v for k, v in row.items() if v is not None and not k.startswith("__index_level_")
                    }
                    yield RawDocument(canonical(record), "application/json", origin, number)
    except (pa.ArrowException, ValueError, OSError) as error:
        yield Rejected(Reason.UNREADABLE, f"after {number} rows: {error}", origin, number + 1)
