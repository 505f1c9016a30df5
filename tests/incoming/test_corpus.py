"""Every document of the corpus meets the fate that its row in the manifest promises.

A row: `file`, `what` it is, and either `refused` with words of the refusal, or what is `read` (a name instead of
values: the same as that file) with words of every note it `says`. All people in the corpus are made up.
"""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import pytest

from redbag.incoming.message import Message, NotUnderstood
from redbag.incoming.reading import read

CORPUS = Path(__file__).parent / "corpus"
ROWS = json.loads((CORPUS / "manifest.json").read_text())
OF_PERSON = ("nhs_number", "nhs_number_status", "family", "given", "date_of_birth", "gender", "other_numbers")


READS = {row["file"]: row["read"] for row in ROWS if "read" in row}


def form_of(row):
    return row.get("form") or ("fhir_xml" if row["file"].endswith(".xml") else "fhir_json")


def plain(value):
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def said(message: Message) -> dict:
    """A message as the manifest writes it."""
    whole = {name: plain(value) for name, value in asdict(message).items()}
    person = {name: plain(whole["person"][name]) for name in OF_PERSON}
    return (
        whole
        | person
        | {
            "sections": [section.slug or section.title for section in message.sections],
            "texts": [section.text for section in message.sections],
            "doubts": len(message.person.doubts),
            "attachments": len(message.attachments),
            "attachment_titles": [one.title for one in message.attachments],
        }
    )


def as_promised(found, promised):
    """What was found, with only the parts of each medicine, allergy and action that the manifest names."""
    if isinstance(promised, list) and promised and isinstance(promised[0], dict):
        short = [{name: plain(one[name]) for name in want} for one, want in zip(found, promised, strict=False)]
        return short + found[len(promised) :]
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_a_document_meets_the_fate_the_manifest_promises(row):
    file = (CORPUS / row["file"]).read_bytes()

    if "refused" in row:
        with pytest.raises(NotUnderstood, match=row["refused"].replace("(", r"\(")):
            read(file, form=form_of(row))
        return

    message = read(file, form=form_of(row))
    promised = row["read"] if isinstance(row["read"], dict) else READS[row["read"]]
    found = said(message)
    assert {name: as_promised(found[name], want) for name, want in promised.items()} == promised
    left = [words for words in message.not_understood if not any(part in words for part in row["says"])]
    assert left == []
    assert [part for part in row["says"] if not any(part in words for words in message.not_understood)] == []


def test_every_file_of_the_corpus_has_its_row():
    assert sorted(row["file"] for row in ROWS) == sorted(
        path.name for path in CORPUS.iterdir() if path.name != "manifest.json"
    )
