"""The input of a run, and the input of its workers."""

from __future__ import annotations

from pathlib import Path

from flows.stages.ingest import ingest_items
from flows.stages.reports import IngestReport
from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from warehouse.lake.batch_inputs import stage_documents
from warehouse.lake.lake import Lake
from warehouse.lake.staging import read_records
from warehouse.ledger.runs import new_run
from warehouse.write.documents import commit_documents, observation_id


def test_bytes_seen_twice_keep_the_charset_that_each_place_declared(tmp_path: Path) -> None:
    body = "Räksmörgås för alla i hamnen.".encode("latin-1")
    places = [
        RawDocument(body, "text/plain", Origin("a", url="https://a.example/1", charset="latin-1")),
        RawDocument(body, "text/plain", Origin("b", url="https://b.example/1", charset="cp1252")),
        RawDocument(body, "text/plain", Origin("c", container_uri="/c.txt")),
    ]
    with Lake.open(tmp_path / "lake") as lake:
        commit_documents(lake, new_run(), places, [])
        seqs = {observation_id(place): seq for seq, place in enumerate(places, start=1)}
        path = stage_documents(lake, tmp_path / "input.parquet", seqs)
    staged = {record["source_id"]: record for record in read_records(path)}
    assert {id: record["charset"] for id, record in staged.items()} == {
        "a": "latin-1",
        "b": "cp1252",
        "c": "latin-1",  # declares nothing itself: the same bytes' first declaration is the best witness
    }
    assert {record["body"] for record in staged.values()} == {body}


def test_a_failed_fetch_recorded_in_a_file_is_rejected_by_the_stage_read(tmp_path: Path) -> None:
    """An archive's record of a 404 is something read; our own request that got a 404 is not."""
    recorded = Rejected(
        Reason.HTTP_ERROR, "404", Origin("a", container_uri="/a.warc", url="https://a.example/1")
    )
    own = Rejected(Reason.HTTP_ERROR, "404", Origin("a", url="https://a.example/1"))
    with Lake.open(tmp_path / "lake") as lake:
        ingest_items(lake, new_run(), [recorded, own], report=IngestReport())
        quarantined = lake.arrow(
            "SELECT container_uri, stage FROM lake.raw.quarantine ORDER BY ALL"
        ).to_pylist()
    assert quarantined == [
        {"container_uri": "/a.warc", "stage": "read"},
        {"container_uri": None, "stage": "fetch"},
    ]
