"""SNOMED CT concepts that follow from what somebody typed or chose; words always stand beside them."""

from collections.abc import Mapping

from redbag.summaries.fields import Field, Section, answered

CODE = "code"


def with_codes(section: Section, content: Mapping) -> dict:
    """The content with the code of every offered word that was typed and has none.

    A code that belongs to another offered word than the one that stands there now is replaced, or taken away.
    """
    return {field.name: _coded_rows(field, content.get(field.name)) for field in section.fields}


def _coded_rows(field: Field, value):
    offered = next((column for column in field.columns if column.suggest), None)
    if field.kind != "rows" or offered is None or all(column.name != CODE for column in field.columns):
        return value
    known = {word.casefold(): code for word, code in offered.suggest if code}
    return [_coded(row, known, offered.name) for row in value or []]


def _coded(row: Mapping, known: Mapping[str, str], name: str) -> dict:
    right = known.get((row.get(name) or "").strip().casefold(), "")
    told = (row.get(CODE) or "").strip()
    return {**row, CODE: told if told and told not in known.values() else right}


def codes_of(section: Section, content: Mapping) -> dict[str, str]:
    """The concept of each answered field that has one: of what it asks, or of the answer that was chosen.

    None of a content whose answers contradict one another.
    """
    if section.rule(content):
        return {}
    found = {
        field.name: dict(field.codes).get(content[field.name], "") if field.codes else field.code
        for field in section.fields
        if answered(field, content.get(field.name))
    }
    return {name: code for name, code in found.items() if code}
