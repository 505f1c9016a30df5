"""Residents and their health summary, as the home reads and writes them."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from redbag.documents.actions import add_document
from redbag.journal.models import Entry
from redbag.residents.details import seen_of
from redbag.residents.models import Resident
from redbag.residents.similar_names import similar
from redbag.summaries.actions import read_summary, write_sections
from redbag.summaries.observing import record_observation
from redbag.transfers.actions import Packing, pack_bag
from tests.documents import files

NEW = {
    "first_name": "Ada",
    "last_name": "Byron",
    "birth_day": "10",
    "birth_month": "12",
    "birth_year": "1935",
    "contacts-count": "1",
    "contacts-0-name": "Anne",
    "contacts-0-phone": "01632 960 111",
}


def words(response):
    return " ".join(response.content.decode().split())


def address(name, *args):
    return reverse(f"web:{name}", args=args)


def write(world, section, content, *, who="carer", seen=0):
    write_sections(
        actor=world.actor(who),
        resident=world.peggy,
        contents={section: content},
        seen={section: seen},
        now=timezone.now(),
    )


def section_now(world, name):
    summary = read_summary(resident=world.peggy, now=timezone.now())
    return next(section for section in summary if section["name"] == name)


def sheet(content, name="list.csv"):
    return SimpleUploadedFile(name, content, content_type="text/csv")


def test_the_list_finds_by_any_part_of_a_name_or_room_and_only_this_homes_people(world, browser_of):
    Resident.objects.filter(pk=world.arthur.pk).update(room="12B")
    client = browser_of("carer")
    assert "Peggy Jones" in words(client.get(address("residents")))
    assert "Quill" not in words(client.get(address("residents")))
    assert "Quill" not in words(client.get(address("residents"), {"q": "quill"}))
    found = words(client.get(address("residents"), {"q": "peg jon"}))
    assert "Peggy Jones" in found
    assert "Arthur" not in found
    assert "Arthur Dale" in words(client.get(address("residents"), {"q": "12b"}))


@pytest.mark.parametrize("who", ["crew", "ward", "auditor", "administrator"])
def test_only_the_homes_carers_read_residents(world, browser_of, who):
    client = browser_of(who)
    assert client.get(address("residents")).status_code == 403
    answer = client.get(address("resident", world.peggy.pk))
    assert answer.status_code == 404
    assert "Jones" not in words(answer)


def test_the_other_homes_carer_finds_no_page_to_read_or_write(world, browser_of):
    client = browser_of("millbrook")
    for name in ("resident", "edit_resident", "archive_resident", "observations"):
        assert client.get(address(name, world.peggy.pk)).status_code == 404
    assert client.get(address("section", world.peggy.pk, "allergies")).status_code == 404
    assert client.post(address("still_right", world.peggy.pk, "allergies")).status_code == 404
    assert client.post(address("return_resident", world.peggy.pk)).status_code == 404


def test_looking_at_a_resident_is_written_down(world, browser_of):
    browser_of("carer").get(address("resident", world.peggy.pk))
    entry = Entry.objects.get(action="viewed.resident")
    assert (entry.resident_id, entry.actor_id) == (world.peggy.pk, world.people["carer"].pk)


@pytest.mark.parametrize(
    ("content", "says", "shape"),
    [
        (None, "NOT KNOWN: check before giving anything", "?"),
        ({"status": "none_known", "items": []}, "No known allergies", "✓"),
        ({"status": "present", "items": [{"agent": "Penicillin", "reaction": "rash"}]}, "Penicillin (rash)", "▲"),
    ],
)
def test_the_three_states_of_allergies_differ_in_words_and_shape(world, browser_of, content, says, shape):
    if content:
        write(world, "allergies", content)
    page = words(browser_of("carer").get(address("resident", world.peggy.pk)))
    strip = page[page.index('class="rb-strip"') : page.index("If heart or breathing stops")]
    assert says in strip
    assert f'aria-hidden="true">{shape}<' in strip


def test_not_to_attempt_cpr_says_that_all_other_care_is_given_and_where_the_paper_is(world, browser_of):
    papers = [{"kind": "DNACPR", "where": "blue folder"}]
    write(world, "resuscitation", {"recommendation": "do_not_attempt", "papers": papers})
    page = words(browser_of("carer").get(address("resident", world.peggy.pk)))
    assert "Do NOT attempt CPR" in page
    assert "Applies to CPR only: give all other care" in page
    assert "DNACPR: blue folder" in page


def test_a_new_resident_needs_name_and_birth_date_and_keeps_what_was_typed(world, browser_of):
    client = browser_of("carer")
    wrong = client.post(address("add_resident"), {**NEW, "birth_day": "31", "birth_month": "2", "room": "7"})
    assert wrong.status_code == 422
    assert "Enter a real date" in words(wrong)
    for kept in ('value="31"', 'value="2"', 'value="1935"', 'value="Ada"', 'value="7"', 'value="Anne"'):
        assert kept in wrong.content.decode()
    assert not Resident.objects.filter(last_name="Byron").exists()
    answer = client.post(address("add_resident"), NEW)
    ada = Resident.objects.get(last_name="Byron")
    assert answer["Location"] == address("resident", ada.pk)
    assert str(ada.date_of_birth) == "1935-12-10"
    assert [contact["name"] for contact in ada.contacts] == ["Anne"]
    assert ada.home == world.oakview


def test_an_nhs_number_that_is_known_here_is_told_beside_the_field(world, browser_of):
    answer = browser_of("carer").post(address("add_resident"), {**NEW, "nhs_number": world.peggy.nhs_number})
    assert answer.status_code == 422
    assert "already Peggy Jones" in words(answer)


def test_another_contact_can_be_added_without_javascript_and_without_saving(world, browser_of):
    before = Resident.objects.count()
    answer = browser_of("carer").post(address("add_resident"), {**NEW, "more": "contacts"})
    assert answer.status_code == 200
    assert 'name="contacts-3-name"' in answer.content.decode()
    assert 'value="Anne"' in answer.content.decode()
    assert Resident.objects.count() == before


def test_changing_and_leaving_and_coming_back(world, browser_of):
    client = browser_of("carer")
    form = words(client.get(address("edit_resident", world.peggy.pk)))
    assert 'value="1936"' in form
    changed = {
        "first_name": "Margaret",
        "last_name": "Jones",
        "birth_day": "3",
        "birth_month": "3",
        "birth_year": "1936",
    }
    client.post(address("edit_resident", world.peggy.pk), {**changed, "room": "9", "seen": seen_of(world.peggy)})
    world.peggy.refresh_from_db()
    assert world.peggy.room == "9"
    assert client.post(address("archive_resident", world.peggy.pk), {"why": " "}).status_code == 422
    client.post(address("archive_resident", world.peggy.pk), {"why": "moved to Millbrook"})
    client.get("/")  # the message of what was done is shown once
    assert "Margaret" not in words(client.get(address("residents")))
    assert "moved to Millbrook" in words(client.get(address("residents"), {"archived": "1"}))
    client.post(address("return_resident", world.peggy.pk))
    world.peggy.refresh_from_db()
    assert world.peggy.archived_at is None


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (None, "Choose a CSV file."),
        (b"", "This file is empty."),
        (b"   \n", "This file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a CSV file"),
        (b"name\nAda\n", "Missing: first_name, last_name, date_of_birth"),
        (b"first_name,last_name,date_of_birth\n", "no lines below the column names"),
        (b'first_name,last_name,date_of_birth\nAda,Byron,"1935-12-10\n' + b"x" * 200_000, "This is not a CSV file"),
        (b"x" * (2 * 1024 * 1024 + 1), "This file is too large"),
    ],
)
def test_a_file_that_is_no_list_is_told_in_words(world, browser_of, file, says):
    posted = {"file": sheet(file)} if file else {} if file is None else {"file": sheet(b"")}
    answer = browser_of("carer").post(address("import_residents"), posted)
    assert answer.status_code == 422
    assert says in words(answer)


@pytest.mark.parametrize("mark", [b",", b";", b"\t"])
def test_a_list_may_have_british_dates_and_whatever_parts_its_columns(world, browser_of, mark):
    rows = (b"first_name,last_name,date_of_birth,room", b"Ada,Byron,10/12/1935,1", b"Max,Mole,1/2/1940,2")
    file = sheet(b"\n".join(rows).replace(b",", mark))
    assert browser_of("carer").post(address("import_residents"), {"file": file}).status_code == 302
    born = dict(Resident.objects.filter(room__in=("1", "2")).values_list("first_name", "date_of_birth"))
    assert born == {"Ada": date(1935, 12, 10), "Max": date(1940, 2, 1)}


def test_a_list_comes_in_whole_or_not_at_all_with_what_is_wrong_by_line(world, browser_of):
    client = browser_of("carer")
    head = b"first_name,last_name,date_of_birth,room\n"
    wrong = client.post(
        address("import_residents"),
        {"file": sheet(head + b"Ada,Byron,1935-12-10,1\nBen,,1935-12-10,2\nCy,Dee,never,3\n")},
    )
    assert wrong.status_code == 422
    assert "Line 3, last_name: Enter their last name." in words(wrong)
    assert "Line 4, date_of_birth" in words(wrong)
    assert not Resident.objects.filter(last_name__in=["Byron", "Dee"]).exists()
    client.post(address("import_residents"), {"file": sheet(head.replace(b"\n", b"\r") + b"Ada,Byron,1935-12-10,1\r")})
    assert Resident.objects.get(last_name="Byron").home == world.oakview


def test_every_section_opens_as_a_form_and_keeps_what_comes_back(world, browser_of):
    client = browser_of("carer")
    for section in read_summary(resident=world.peggy, now=timezone.now()):
        assert client.get(address("section", world.peggy.pk, section["name"])).status_code == 200
    posted = {
        "version": "0",
        "items-count": "3",
        "items-0-name": "Co-careldopa",
        "items-0-dose": "25/100, one tablet",
        "items-0-time_critical": "yes",
        "items-2-name": "Sertraline",
        "note": "crushed\r\nin jam",
    }
    client.post(address("section", world.peggy.pk, "medicines"), posted)
    content = section_now(world, "medicines")["content"]
    assert [(row["name"], row["dose"], row["time_critical"]) for row in content["items"]] == [
        ("Co-careldopa", "25/100, one tablet", True),
        ("Sertraline", "", False),
    ]
    assert content["note"] == "crushed\nin jam"


def test_add_another_draws_more_rows_and_saves_nothing(world, browser_of):
    posted = {
        "version": "0",
        "items-count": "2",
        "items-0-name": "Sertraline",
        "items-1-name": "Senna",
        "more": "items",
    }
    page = browser_of("carer").post(address("section", world.peggy.pk, "medicines"), posted).content.decode()
    assert 'value="Senna"' in page
    assert 'name="items-4-name"' in page
    assert section_now(world, "medicines")["version"] == 0


def test_an_untouched_allergy_form_means_not_known(world, browser_of):
    browser_of("carer").post(address("section", world.peggy.pk, "allergies"), {"version": "0", "items-count": "0"})
    assert section_now(world, "allergies")["content"]["status"] == "not_known"


def test_allergies_that_contradict_themselves_come_back_with_the_words_kept(world, browser_of):
    posted = {"version": "0", "status": "none_known", "items-count": "1", "items-0-agent": "Latex"}
    answer = browser_of("carer").post(address("section", world.peggy.pk, "allergies"), posted)
    assert answer.status_code == 422
    assert "Allergies are listed" in words(answer)
    assert 'value="Latex"' in answer.content.decode()


def test_two_people_writing_one_section_both_see_both_texts_and_lose_nothing(world, browser_of):
    write(world, "normal", {"mobility": "walks with a frame"})
    client = browser_of("carer")
    assert 'name="version" value="1"' in client.get(address("section", world.peggy.pk, "normal")).content.decode()
    write(world, "normal", {"mobility": "needs a wheelchair"}, who="senior", seen=1)
    answer = client.post(address("section", world.peggy.pk, "normal"), {"version": "1", "mobility": "walks alone"})
    page = words(answer)
    assert answer.status_code == 409
    assert "Senior Tester saved this" in page
    assert "needs a wheelchair" in page
    assert 'value="walks alone"' in page
    assert 'name="version" value="2"' in page
    assert section_now(world, "normal")["content"]["mobility"] == "needs a wheelchair"
    client.post(
        address("section", world.peggy.pk, "normal"), {"version": "2", "mobility": "wheelchair, walks alone indoors"}
    )
    assert section_now(world, "normal")["content"]["mobility"] == "wheelchair, walks alone indoors"


def test_asking_for_more_rows_does_not_hide_that_somebody_was_faster(world, browser_of):
    client = browser_of("carer")
    write(world, "medicines", {"items": [{"name": "Senna"}]}, who="senior")
    typed = {"version": "0", "items-count": "1", "items-0-name": "Sertraline"}
    page = client.post(address("section", world.peggy.pk, "medicines"), {**typed, "more": "items"}).content.decode()
    assert 'name="version" value="0"' in page
    assert client.post(address("section", world.peggy.pk, "medicines"), typed).status_code == 409


def test_still_right_is_one_tap_and_says_who_and_when(world, browser_of, at):
    write(world, "care", {"lifting": "two people"}, who="senior")
    at(60 * 24 * 40)
    client = browser_of("carer")
    at(60 * 24 * 40)
    assert section_now(world, "care")["due"]
    client.post(address("still_right", world.peggy.pk, "care"))
    assert not section_now(world, "care")["due"]
    assert "by Carer Tester" in words(client.get(address("resident", world.peggy.pk)))


def test_going_on_after_saving_stays_inside_the_service(world, browser_of):
    posted = {"version": "0", "mobility": "walks", "next": "https://elsewhere.example/"}
    answer = browser_of("carer").post(address("section", world.peggy.pk, "normal"), posted)
    assert answer["Location"] == address("resident", world.peggy.pk) + "#normal"


SIGNS = {
    "respiratory_rate": "22",
    "spo2": "95",
    "on_oxygen": "no",
    "systolic_bp": "105",
    "pulse": "112",
    "acvpu": "A",
    "temperature": "38,4",
}


def test_vital_signs_are_scored_with_points_band_words_and_what_is_usual(world, browser_of):
    usual = {
        "respiratory_rate": 16,
        "spo2": 97,
        "on_oxygen": False,
        "systolic_bp": 130,
        "pulse": 70,
        "acvpu": "A",
        "temperature": "36.6",
    }
    before = timezone.now() - timedelta(days=9)
    record_observation(actor=world.actor("carer"), resident=world.peggy, values=usual, now=before, baseline=True)
    client = browser_of("carer")
    assert client.post(address("observations", world.peggy.pk), SIGNS).status_code == 302
    page = words(client.get(address("observations", world.peggy.pk)))
    assert "NEWS2 <strong>7</strong>" in page
    assert "Ring 999 now" in page
    assert "A score is not a diagnosis" in page
    assert "Royal College of Physicians" in page
    assert "Usual: NEWS2 0" in page


def test_an_incomplete_set_has_no_score(world, browser_of):
    client = browser_of("carer")
    client.post(address("observations", world.peggy.pk), {"respiratory_rate": "18", "pulse": "80"})
    page = words(client.get(address("observations", world.peggy.pk)))
    assert "Incomplete: 2 of 7" in page
    assert "NEWS2 <strong>" not in page


def test_a_slip_of_the_finger_is_told_and_the_rest_is_kept(world, browser_of):
    posted = {**SIGNS, "temperature": "384", "taken_time": "25:00"}
    client = browser_of("carer")
    assert "Enter a time like 02:50" in words(client.post(address("observations", world.peggy.pk), posted))
    answer = client.post(address("observations", world.peggy.pk), {**posted, "taken_time": ""})
    assert answer.status_code == 422
    assert "between 25.0 and 45.0" in words(answer)
    assert 'value="384"' in answer.content.decode()
    assert 'value="112"' in answer.content.decode()
    assert not world.peggy.observations.exists()


def test_a_time_later_than_now_was_yesterday(world, browser_of, at):
    client = browser_of("carer")
    now = timezone.localtime()
    later = now + timedelta(hours=2)
    client.post(address("observations", world.peggy.pk), {**SIGNS, "taken_time": f"{later:%H:%M}"})
    assert timezone.localtime(world.peggy.observations.get().taken_at).date() == now.date() - timedelta(days=1)


def test_the_score_while_typing_is_kept_nowhere_and_leaves_out_what_cannot_be(world, browser_of):
    client = browser_of("carer")
    page = words(client.post(address("score_observation"), {**SIGNS, "pulse": "11200", "respiratory_rate": "many"}))
    assert "Incomplete: 5 of 7" in page
    assert "Check this" in page
    assert "Use a whole number." in page
    assert not world.peggy.observations.exists()
    assert not Entry.objects.filter(action__startswith="observation").exists()
    assert words(client.post(address("score_observation"), {})) == ""
    assert browser_of("ward").post(address("score_observation"), SIGNS).status_code == 403


def test_a_resident_on_a_journey_cannot_be_sent_twice_from_their_page(world, browser_of):
    client = browser_of("carer")
    assert "Peggy is going to hospital" in words(client.get(address("resident", world.peggy.pk)))
    pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy), now=timezone.now())
    assert "Peggy is going to hospital" not in words(client.get(address("resident", world.peggy.pk)))


def test_names_are_similar_when_a_tired_person_could_take_one_for_the_other():
    names = {
        1: ("Peggy", "Jones"),
        2: ("Margaret", "Johns"),
        3: ("Arthur", "Dale"),
        4: ("Arthur", "Dawson"),
        5: ("Nora", "Quill"),
        6: ("Renée", "Smith"),
        7: ("Ben", "Smyth"),
        8: ("Ann", "Johnson"),
    }
    assert similar(names) == {1, 2, 3, 4, 6, 7}


def test_the_list_shows_the_photo_and_warns_of_similar_names_in_one_home(world, browser_of):
    Resident.objects.filter(pk=world.arthur.pk).update(last_name="Johns")
    values = {"kind": "photo"}
    add_document(actor=world.actor("carer"), resident=world.peggy, file=files.face(), values=values, now=timezone.now())
    page = words(browser_of("carer").get(address("residents")))
    assert page.count("Similar name here: check the birth date") == 2
    assert f"/residents/{world.peggy.pk}/portrait?small" in page
    assert 'loading="lazy"' in page
    assert f"/residents/{world.arthur.pk}/portrait" not in page
    Resident.objects.filter(pk=world.arthur.pk).update(last_name="Brown")
    assert "Similar name" not in words(browser_of("carer").get(address("residents")))


def test_a_decision_without_a_signer_is_saved_and_a_senior_is_asked_to_look(world, browser_of):
    client, posted = browser_of("carer"), {"recommendation": "do_not_attempt", "version": "0", "papers-count": "0"}
    page = words(client.post(address("section", world.peggy.pk, "resuscitation"), posted, follow=True))
    assert "Saved. Nobody is named as signer: ask a senior to check the form" in page
    assert section_now(world, "resuscitation")["content"]["recommendation"] == "do_not_attempt"
    signed = {"papers-count": "1", "papers-0-kind": "DNACPR", "papers-0-signed_by": "Dr Patel", "version": "1"}
    page = words(client.post(address("section", world.peggy.pk, "resuscitation"), {**posted, **signed}, follow=True))
    assert "Nobody is named as signer" not in page


def test_somebody_with_the_same_name_and_birth_date_is_asked_about_once_before_saving(world, browser_of):
    client, old = browser_of("carer"), world.peggy
    born = old.date_of_birth
    posted = {**NEW, "first_name": f" {old.first_name.upper()}", "last_name": old.last_name, "room": "77"}
    posted |= {"birth_day": born.day, "birth_month": born.month, "birth_year": born.year}
    asked = client.post(address("add_resident"), posted)
    assert asked.status_code == 409
    assert "Is this the same person?" in words(asked)
    assert f'href="{address("resident", old.pk)}"' in words(asked)
    assert 'value="77"' in words(asked)
    assert not Resident.objects.filter(room="77").exists()
    assert client.post(address("add_resident"), {**posted, "another": "yes"}).status_code == 302
    assert Resident.objects.filter(room="77").count() == 1
    assert client.post(address("add_resident"), {**NEW, "last_name": old.last_name}).status_code == 302
