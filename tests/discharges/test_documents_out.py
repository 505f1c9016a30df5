import json
from datetime import timedelta

import pytest
from fhirclient.models.bundle import Bundle

from redbag.deliveries.models import Endpoint
from redbag.discharges.content import structured_of
from redbag.discharges.documents_out import document_of
from redbag.discharges.files import keep_letter
from redbag.discharges.models import DischargeSummary
from redbag.incoming.message import Action, Allergy, Medicine, Message, Person
from redbag.incoming.reading import read
from tests.discharges.documents import pdf
from tests.world import NOW

STOPPED = Medicine(
    name="Aspirin 75mg tablets",
    code="39695211000001102",
    form="Tablet",
    dose="75 mg",
    route="Oral",
    frequency="once a day",
    change="stopped",
    change_reason="Bleeding from the stomach",
)
KEPT = Medicine(
    name="Co-careldopa",
    dose="One tablet",
    frequency="at 8, 12, 4 and 8",
    instructions="Do not discontinue; Until 27 Nov 2026",
    change="continued",
    do_not_stop="Do not discontinue",
    reason="Parkinson's",
    until="27 Nov 2026",
)
ON_HOLD = Medicine(name="Metformin", dose="500 mg", change="changed", change_reason="On hold. Kidneys recovering")
PENICILLIN = Allergy(agent="Penicillin", code="764146007", reaction="Rash", severity="moderate", certainty="confirmed")
MISTAKE = Allergy(agent="Latex", certainty="entered-in-error", status="entered_in_error")
CHECK = Action(text="Check kidneys on 4 December 2026", owner="gp", owner_text="GP", due_on=NOW.date())
TEXTS = {
    "diagnoses": "Pneumonia & <gout>\nBetter",
    "medications_and_medical_devices": "Aspirin stopped.",
    "allergies_and_adverse_reactions": "Penicillin: rash",
    "Ward pets": "A dog came",
}


@pytest.fixture
def sent(world):
    """Keep a summary as sent, with what is given."""

    def sent(**more):
        known = {
            "home": world.oakview,
            "resident": world.peggy,
            "organisation": world.stmarys,
            "version": 1,
            "state": DischargeSummary.State.SENT,
            "form": DischargeSummary.Form.HEADINGS,
            "headings": json.dumps(TEXTS),
            "written_by_name": "Dr Nisha Patel",
            "written_at": NOW,
            "sent_at": NOW,
        }
        return DischargeSummary.objects.create(**(known | more))

    return sent


def structured(files=(), **more):
    return structured_of(Message(standard="", person=Person(), sections=(), **more), list(files))


def again(summary):
    """What another system reads in our document, once it has passed the R4 model."""
    document = document_of(summary)
    Bundle(json.loads(document))
    return read(document.encode(), form="fhir_json")


def test_a_typed_summary_comes_out_as_a_document_that_says_the_same(world, sent):
    summary = sent(discharged_at=NOW)

    message = again(summary)

    assert {section.slug or section.title: section.text for section in message.sections} == TEXTS
    assert (message.person.nhs_number, message.person.nhs_number_status) == (world.peggy.nhs_number, "02")
    assert (message.person.family, message.person.given) == ("Jones", "Margaret")
    assert message.person.date_of_birth == world.peggy.date_of_birth
    assert (message.hospital_ods, message.hospital_name) == ("RDEM1", world.stmarys.name)
    assert (message.author, message.written_at, message.discharged_at) == ("Dr Nisha Patel", NOW, NOW)
    assert (message.document_id, message.document_set) == (str(summary.pk), str(summary.pk))
    assert (message.standard, message.status, message.not_understood) == ("UK Core, FHIR R4", "final", ())
    assert (message.medicines, message.medicines_listed, message.allergies_say) == ((), False, "")


def test_what_was_read_in_codes_comes_out_in_codes(sent):
    summary = sent(
        structured=structured(
            medicines=(STOPPED, KEPT, ON_HOLD),
            allergies=(PENICILLIN, MISTAKE),
            allergies_say="listed",
            actions=(CHECK,),
        )
    )

    message = again(summary)

    assert message.medicines == (STOPPED, KEPT, ON_HOLD)
    assert message.allergies == (PENICILLIN, MISTAKE)
    assert [(one.text, one.owner, one.due_on) for one in message.actions] == [(CHECK.text, "gp", CHECK.due_on)]


@pytest.mark.parametrize("says", ["none_known", "not_available", ""])
def test_no_allergies_known_not_available_and_nothing_said_stay_three_things(sent, says):
    summary = sent(structured=structured(allergies_say=says))

    assert (again(summary).allergies_say, again(summary).allergies) == (says, ())


def test_no_medicines_at_all_is_not_the_same_as_no_list(sent):
    none, no_list = sent(structured=structured(medicines_listed=True)), sent(structured=structured())

    assert [(again(one).medicines_listed, again(one).medicines) for one in (none, no_list)] == [(True, ()), (False, ())]


def test_the_same_summary_gives_the_same_document(sent):
    summary = sent(structured=structured(medicines=(STOPPED,)))

    assert document_of(summary) == document_of(DischargeSummary.objects.get(pk=summary.pk))


def test_a_later_version_names_the_one_before_and_keeps_the_name_of_the_first(sent):
    first = sent()
    second = sent(relation="replaces", follows=first, sent_at=NOW + timedelta(hours=1))
    third = sent(relation="replaces", follows=second)
    added = sent(relation="appends", follows=third)

    message = again(third)

    assert (message.relation, message.relates_to, message.status) == ("replaces", str(second.pk), "amended")
    assert (message.document_id, message.document_set) == (str(third.pk), str(first.pk))
    assert (again(added).relation, again(added).relates_to) == ("appends", str(third.pk))


def test_a_letter_brings_its_document_only_where_a_fhir_server_takes_letters(write, world):
    without = write().deliveries().first().letter
    Endpoint.objects.create(
        organisation=world.oakview,
        kind="fhir",
        address="https://fhir.example",
        events=["discharge_summary.replaced"],
        created_at=NOW,
    )
    summary = write()

    assert without.document == ""
    assert summary.deliveries().first().letter.document == document_of(summary)


def test_a_letter_that_is_a_pdf_is_inside(sent):
    letter = pdf(pages=2)
    name, digest = keep_letter("discharges/one", letter)
    summary = sent(form=DischargeSummary.Form.PDF, headings="", file=name, file_hash=digest)

    [attachment] = again(summary).attachments

    assert (attachment.content, attachment.title) == (letter, "Discharge summary")


def test_pdfs_that_were_inside_a_document_are_inside_again_and_a_large_one_is_named(sent, monkeypatch):
    small, large = pdf(), pdf(pages=3)
    files = [
        {"title": title, "content_type": "application/pdf", "file": keep_letter(f"discharges/{title}", content)[0]}
        for title, content in (("Small", small), ("Large", large), ("Gone", small))
    ]
    files[2]["file"] = "discharges/nowhere"
    monkeypatch.setattr("redbag.discharges.documents_out.LARGEST_PDF", len(small))

    message = again(sent(structured=structured(files)))

    assert [(one.title, one.content) for one in message.attachments] == [("Small", small)]
    assert {one.title for one in message.sections} >= {"Small", "Large", "Gone"}
    assert [one.text for one in message.sections if one.title == "Large"] == [
        "This part of the letter is a PDF that is not inside this document. Fetch it where the letter is kept."
    ]


def test_a_letter_copied_by_the_home_names_its_hospital_and_not_the_homes_code(world, sent):
    summary = sent(organisation=world.oakview, hospital_name="Northern Infirmary", source="copied")

    message = again(summary)

    assert (message.hospital_name, message.hospital_ods) == ("Northern Infirmary", "")
    assert message.author == "Northern Infirmary"


def test_a_document_says_that_a_newer_one_took_its_place_or_that_it_was_somebody_elses(world, sent):
    old = sent(state=DischargeSummary.State.SUPERSEDED)
    mistaken = sent(
        state=DischargeSummary.State.SUPERSEDED,
        organisation=world.oakview,
        hospital_name="Northern Infirmary",
        source="copied",
        settled_at=NOW,
        headings="",
    )

    assert (again(old).title, again(old).status) == ("Discharge summary (replaced: there is a newer one)", "final")
    assert (again(mistaken).title, again(mistaken).status) == ("Discharge summary", "entered-in-error")
    assert again(sent()).title == "Discharge summary"


@pytest.mark.parametrize("certainty", ["", "Probable", "unconfirmed", "confirmed"])
def test_an_allergy_is_as_certain_as_the_hospital_said_and_not_more(sent, certainty):
    allergies = (Allergy(agent="Penicillin", certainty=certainty),)
    document = json.loads(document_of(sent(structured=structured(allergies=allergies, allergies_say="listed"))))
    [allergy] = [one["resource"] for one in document["entry"] if "Allergy" in one["resource"]["resourceType"]]

    said = [one["code"] for one in allergy.get("verificationStatus", {}).get("coding", [])]
    assert said == ([certainty] if certainty in ("unconfirmed", "confirmed") else [])
    assert allergy["clinicalStatus"]["coding"][0]["code"] == "active"


def test_a_medicine_of_which_it_is_unclear_whether_it_goes_on_is_neither_active_nor_stopped(sent):
    doubtful = Medicine(
        name="Apixaban", change="unclear", change_reason="The document says that the course is complete"
    )
    document = json.loads(document_of(sent(structured=structured(medicines=(doubtful,)))))
    [medicine] = [one["resource"] for one in document["entry"] if "Medication" in one["resource"]["resourceType"]]

    assert (medicine["status"], medicine["statusReason"][0]["text"]) == ("unknown", doubtful.change_reason)
