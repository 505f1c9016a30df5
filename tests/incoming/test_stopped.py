"""A medicine is stopped only where the hospital says so, and says nothing else beside it."""

import json
from dataclasses import asdict

import pytest

from redbag.incoming.message import Medicine
from redbag.incoming.reading import read
from redbag.medicines.comparing import compare
from redbag.medicines.listed import Listed

MEDICINES = {"coding": [{"code": "933361000000108"}]}
CHANGE = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationChangeSummary"


def apixaban(kind="MedicationStatement", status="active", said=""):
    one = {
        "resourceType": kind,
        "id": "1",
        "status": status,
        "medicationCodeableConcept": {"text": "Apixaban 5 mg tablets"},
        "dosage" if kind == "MedicationStatement" else "dosageInstruction": [
            {"text": "5 mg", "timing": {"code": {"text": "twice a day"}}}
        ],
    }
    inner = [{"url": "status", "valueCode": said}]
    return one | ({"extension": [{"url": CHANGE, "extension": inner}]} if said else {})


def document(section, medicine):
    resources = [{"resourceType": "Composition", "section": [section]}, medicine]
    entries = [{"fullUrl": f"Made/{number}", "resource": one} for number, one in enumerate(resources)]
    return json.dumps({"resourceType": "Bundle", "type": "document", "entry": entries}).encode()


def coded(medicine, *titles) -> Medicine:
    """How a medicine is read that stands in sections inside each other, under these titles."""
    *around, title = titles or ("Medications",)
    section = {"title": title, "entry": [{"reference": "Made/1"}]}
    for outer in reversed(around):
        section = {"title": outer, "section": [section]}
    section["code"] = MEDICINES
    [found] = read(document(section, medicine), form="fhir_json").medicines
    return found


def in_table(title, over="", change=None) -> Medicine:
    """How a row of a table is read, with a column of changes or without."""
    more = ("", "") if change is None else ("<th>Status</th>", f"<td>{change}</td>")
    rows = f"<tr><th>Medicine</th><th>Dose</th>{more[0]}</tr><tr><td>Apixaban</td><td>5 mg</td>{more[1]}</tr>"
    section = {"title": title, "code": MEDICINES, "text": {"div": f"<p>{over}</p><table>{rows}</table>"}}
    [found] = read(document(section, {}), form="fhir_json").medicines
    return found


def compared(medicine: Medicine):
    """The line of the comparison with the same medicine on the home's list."""
    after = Listed(**{name: value for name, value in asdict(medicine).items() if name in Listed.__dataclass_fields__})
    [line] = compare([Listed(name="Apixaban 5 mg tablets", dose="5 mg", frequency="twice a day")], [after])
    return line


def test_a_request_that_was_supplied_says_nothing_of_stopping():
    assert coded(apixaban("MedicationRequest", "completed")).change == ""
    assert coded(apixaban("MedicationRequest", "completed", "continued")).change == "continued"
    assert compared(coded(apixaban("MedicationRequest", "completed"))).kind == "unchanged"


@pytest.mark.parametrize(
    ("kind", "status", "said", "why"),
    [
        ("MedicationStatement", "completed", "", "The document says that the course is complete"),
        ("MedicationStatement", "completed", "added", "The document says that the course is complete, and started"),
        ("MedicationStatement", "stopped", "continued", "The document says two things of it: stopped, and continued"),
        ("MedicationRequest", "stopped", "amended", "The document says two things of it: stopped, and changed"),
        ("MedicationRequest", "cancelled", "", "The document says that the order was cancelled"),
    ],
)
def test_what_does_not_fit_is_asked_about_and_not_stopped(kind, status, said, why):
    medicine = coded(apixaban(kind, status, said))
    line = compared(medicine)

    assert (medicine.change, medicine.change_reason) == ("unclear", why)
    assert line.kind == "uncertain"
    assert line.why == f"The list of the hospital says: {why}. It is not clear what that means: ask."


@pytest.mark.parametrize(("status", "said"), [("stopped", ""), ("stopped", "stopped"), ("active", "stopped")])
def test_what_the_hospital_stopped_is_stopped(status, said):
    assert coded(apixaban(status=status, said=said)).change == "stopped"


def test_medicines_of_another_patient_beside_the_list_are_not_named():
    people = [{"resourceType": "Patient", "id": str(number), "name": [{"family": "Gill"}]} for number in range(2)]
    theirs = [apixaban() | {"subject": {"reference": f"Patient/{number}"}} for number in range(2)]
    theirs[1]["medicationCodeableConcept"] = {"text": "Furosemide"}
    section = {"title": "Medications", "entry": [{"reference": "Made/3"}]}
    letter = {"resourceType": "Composition", "section": [section], "subject": {"reference": "Patient/0"}}
    addresses = ("Made/0", "Patient/0", "Patient/1", "Made/3", "Made/4")
    entries = [
        {"fullUrl": url, "resource": one} for url, one in zip(addresses, [letter, *people, *theirs], strict=True)
    ]

    message = read(json.dumps({"resourceType": "Bundle", "entry": entries}).encode(), form="fhir_json")

    assert [one.name for one in message.medicines] == ["Apixaban 5 mg tablets"]
    assert "The document also has medicines of another patient. They are left out. Ask the hospital." in (
        message.not_understood
    )
    assert "Furosemide" not in " ".join(message.not_understood)


MIXED = "Medications started, stopped and changed"


@pytest.mark.parametrize(
    ("titles", "said", "change"),
    [
        (("Medications", "Discontinued"), "", "stopped"),
        (("Stopped medications",), "", "stopped"),
        (("Medications that were stopped in hospital",), "stopped", "stopped"),
        ((MIXED, "Stopped"), "", "stopped"),
        (("Discontinued medications",), "continued", "unclear"),
        (("Discontinued medications", "Continued"), "", "unclear"),
        ((MIXED,), "continued", "continued"),
        ((MIXED,), "", "unclear"),
        ((MIXED, "New medications"), "added", "started"),
        (("Discharge medications and stopped medications",), "", "unclear"),
        (("Current and stopped medications",), "", "unclear"),
        (("Medications not stopped",), "", "unclear"),
        (("Medications: aspirin was stopped",), "", "unclear"),
        (("Medications to take",), "", ""),
    ],
)
def test_only_a_heading_that_says_nothing_else_stops_what_stands_under_it(titles, said, change):
    medicine = coded(apixaban(said=said), *titles)

    assert medicine.change == change
    assert compared(medicine).kind == {"stopped": "stopped", "unclear": "uncertain"}.get(
        change, "uncertain" if change == "started" else "unchanged"
    )


@pytest.mark.parametrize(
    ("title", "over", "said", "change"),
    [
        ("Discontinued medications", "", None, "stopped"),
        ("Medications", "Stopped", None, "stopped"),
        (MIXED, "", None, "unclear"),
        (MIXED, "", "stopped", "stopped"),
        (MIXED, "", "new", "started"),
        ("Discontinued medications", "", "continued", "unclear"),
        ("Discontinued medications", "", "see the letter", "unclear"),
        ("Medications", "Warfarin was stopped.", None, "unclear"),
        ("Medications", "", None, ""),
    ],
)
def test_a_table_is_stopped_only_by_a_heading_that_says_nothing_else(title, over, said, change):
    assert in_table(title, over, said).change == change
