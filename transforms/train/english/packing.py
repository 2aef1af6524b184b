"""The pipeline as it is shipped: a folder that spaCy loads, small, with its inputs in the meta."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spacy.language import Language

WEIGHTS = ("tok2vec/model", "parser/model", "ner/model")
# Empty folders of the vocabulary: the pipeline has no word vectors.
_EMPTY = ("vocab/vectors", "vocab/key2row", "vocab/vectors.cfg")


def pack(nlp: Language, folder: Path, meta: Mapping[str, Any]) -> None:
    """Write the pipeline to `folder`, replacing what is there only when the new one is complete."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    nlp.meta.update(meta)
    nlp.to_disk(partial)
    labels = sorted({label for name in ("parser", "ner") for label in nlp.get_pipe(name).labels})  # type: ignore[attr-defined]
    (partial / "vocab" / "strings.json").write_text(json.dumps(labels), encoding="utf-8")
    for name in _EMPTY:
        (partial / name).unlink(missing_ok=True)
    written = json.loads((partial / "meta.json").read_text(encoding="utf-8"))
    # What the project asks for; spaCy would ask for the version that wrote it.
    written["spacy_version"] = ">=3.8,<3.9"
    written["weights"] = weight_hashes(partial)
    (partial / "meta.json").write_text(
        json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def weight_hashes(folder: Path) -> dict[str, str]:
    """sha256 of each component's weights in a packed pipeline."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in WEIGHTS}
