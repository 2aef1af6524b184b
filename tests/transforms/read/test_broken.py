from __future__ import annotations

import random

import pytest

from tests.transforms.read.nasty import Case, cases
from tests.transforms.read.reading import read, reasons
from transforms.contract.documents import Rejected
from transforms.read.records.record import record_of

SMALL = [case for case in cases() if len(case.data) < 20_000]
STRUCTURED = ("application/", "message/", "text/vnd")


def broken(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Data with some bytes changed, lost, doubled or taken from another file."""
    out = bytearray(data)
    for _ in range(dice.choice([1, 1, 3, 10])):
        place = dice.randrange(len(out) + 1)
        kind = dice.randrange(5)
        if kind == 0:
            out[place : place + 1] = bytes([dice.randrange(256)])
        elif kind == 1:
            del out[place : place + dice.randrange(200)]
        elif kind == 2:
            del out[place:]
        elif kind == 3:
            out[place:place] = out[max(0, place - 50) : place] * dice.randrange(20)
        else:
            start = dice.randrange(len(other) + 1)
            out[place:place] = other[start : start + dice.randrange(500)]
    return bytes(out)


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_no_damage_makes_reading_fail(case: Case) -> None:
    dice = random.Random(case.name)
    for _ in range(12):
        data = broken(case.data, dice.choice(SMALL).data, dice)
        documents, rejected = read(data, dice.choice([case.path, None, "a.bin"]), pipe=dice.random() < 0.3)
        assert "step_failed" not in reasons(rejected), (rejected, data)
        assert documents or rejected
        for document in documents:
            if document.media_type.startswith(STRUCTURED):
                found = record_of(document)
                assert isinstance(found, Rejected) or found.text or found.html
