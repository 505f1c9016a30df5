"""What a discharge summary says, checked before anything is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from redbag.discharges.models import DischargeSummary
from redbag.documents.files import checked_size, clean_pdf
from redbag.errors import BadInput
from redbag.incoming.fhir import texts_in_json, texts_in_xml
from redbag.incoming.headings import problems, tidy

Form = DischargeSummary.Form


@dataclass(frozen=True, kw_only=True)
class Content:
    """Texts by heading, and the file to keep, if any."""

    texts: dict[str, str]
    file: bytes | None = None


def checked(headings: Mapping[str, str | None] | None, file: bytes | None, form: str, *, may_be_empty: bool) -> Content:
    """What a hospital sent, tidied and cleaned, or BadInput by field; a FHIR file brings texts too."""
    if form not in Form.values:
        raise BadInput({"form": f"Choose one of: {', '.join(Form.values)}."})
    if wrong := problems(headings or {}):
        raise BadInput(wrong)
    typed = tidy(headings or {})
    if form == Form.HEADINGS:
        if not typed and not may_be_empty:
            raise BadInput({"headings": "Write something under at least one heading."})
        return Content(texts=typed)
    if file is None:
        raise BadInput({"file": "Choose a file."})
    if form == Form.PDF:
        return Content(texts=typed, file=clean_pdf(file))
    checked_size(file)
    read = texts_in_json(file) if form == Form.FHIR_JSON else texts_in_xml(file)
    return Content(texts=typed | read, file=file)
