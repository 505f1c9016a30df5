"""The emergency summary and the full pack on paper: what they say, how they look, and that they are never stale."""

import io
from datetime import timedelta

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from redbag.bags.tokens import token_digest
from redbag.documents.actions import add_document
from redbag.journal.models import Entry
from redbag.packs import drawing, typesetting
from redbag.packs.gathering import gather
from redbag.packs.models import Paper, Sheet
from redbag.packs.sheets import sheet_of
from redbag.packs.wording import summary_words
from redbag.summaries.actions import read_summary, write_sections
from redbag.summaries.models import BodyMap
from redbag.summaries.observing import record_observation
from redbag.transfers.actions import add_to_transfer
from redbag.vault import read_file
from tests.packs.people import MEDICINES, drawn, everything, packed
from tests.web.journeys import pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db
KINDS = ("summary", "pack")


def words(pdf: bytes) -> str:
    """The text of a PDF on one line, as a reader extracts it."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def in_order(text: str, *parts: str) -> None:
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places), parts


def write(world, minutes: int = 0, **contents):
    at = world.now + timedelta(minutes=minutes)
    seen = {each["name"]: each["version"] for each in read_summary(resident=world.peggy, now=at)}
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=contents, seen=seen, now=at)


def observe(world, *, baseline=False, **changed):
    signs = {"respiratory_rate": 16, "spo2": 97, "on_oxygen": False, "systolic_bp": 128, "pulse": 80}
    values = signs | {"acvpu": "A", "temperature": "36.4"} | changed
    record_observation(
        actor=world.actor("senior"), resident=world.peggy, values=values, now=world.now, baseline=baseline
    )


@pytest.mark.parametrize("long", [1, 3, 8])
def test_the_emergency_summary_is_one_page_however_much_is_known(world, long):
    everything(world, long=long)
    pdf = drawn(world, packed(world), "summary")
    text = words(pdf)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert "Page 1 of 1" in text
    assert "Penicillin (swelling of the face, could not breathe, severe); Trimethoprim (rash); Latex (blisters)" in text


def test_what_does_not_fit_is_counted_and_stands_in_the_full_pack(world):
    everything(world, long=8)
    transfer = packed(world)
    assert "more medicines: see the full pack" in words(drawn(world, transfer, "summary"))
    whole = words(drawn(world, transfer, "pack"))
    for name, *_ in MEDICINES:
        assert whole.replace(" ", "").count(name.replace(" ", "")) >= 5


def type_size(page) -> float:
    """The size in which most letters of a page are set, in points."""
    letters: dict[float, int] = {}

    def note(text, _, matrix, font, size):
        points = round(abs(matrix[0] * size), 1)
        letters[points] = letters.get(points, 0) + len(text.strip())

    page.extract_text(visitor_text=note)
    return max(letters, key=letters.__getitem__)


@pytest.mark.parametrize(("filled", "least"), [(False, 11), (True, 8.5)])
def test_the_summary_is_set_in_the_largest_type_that_fits(world, filled, least):
    if filled:
        everything(world)
    pdf = drawn(world, packed(world) if filled else pack(world), "summary")
    assert type_size(pypdf.PdfReader(io.BytesIO(pdf)).pages[0]) >= least


def test_what_protects_comes_first_and_in_the_order_of_the_screen(world):
    everything(world)
    observe(world, pulse=131)
    text = words(drawn(world, packed(world), "summary"))
    in_order(
        text,
        "Emergency summary: Oakview, 01632 960007",
        "JONES, Margaret (Mrs)",
        "Preferred name Peggy",
        "Born 03-Mar-1936 (90y)",
        "May be superseded",
        "Allergies",
        "Penicillin",
        "If heart or breathing stops",
        "Do NOT attempt CPR",
        "Applies to CPR only: give all other care",
        "Speak to the nurse in charge before sharing",
        "Do not tell: Colin Jones",
        "Fell in the bathroom",
        "Last seen well: 02:00 by Ana",
        "FAR FROM NORMAL: Pulse 131",
        "Blood thinner:",
        "Infection or isolation:",
        "Moving about:",
        "Swallowing",
        "Medicines: MUST NOT BE LATE",
        "Apixaban",
        "Other medicines",
        "Ana Sousa, in charge at Oakview: 01632 960007",
        "Susan Jones-Whitaker",
        "Liberty safeguards (DoLS): Authorised at Oakview only",
        "Belongings: Glasses",
        "Skin: 2 marks",
        "Page 1 of 1",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_recorded_is_said_and_never_left_blank(world, kind):
    text = words(drawn(world, pack(world), kind))
    in_order(text, "Allergies NOT KNOWN: check before giving anything", "No decision known: attempt CPR")
    for gap in (
        "Blood thinner: not recorded",
        "Last seen well: not recorded",
        "Medicines None are recorded. Ask the home",
    ):
        assert gap in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"status": "none_known", "items": []}, "No known allergies"),
        ({"status": "not_known", "items": []}, "NOT KNOWN: check before giving anything"),
        ({"status": "present", "items": [{"agent": "Latex"}]}, "Latex"),
    ],
)
def test_allergies_stand_on_paper_in_three_states(world, content, said):
    write(world, allergies=content)
    for kind in KINDS:
        assert f"Allergies {said}" in words(
            drawn(world, pack(world) if kind == "summary" else Sheet.objects.get().transfer, kind)
        )


@pytest.mark.parametrize("box", ["allergies", "cpr"])
def test_the_states_differ_in_shape_and_border_when_printed_in_black_and_white(world, box):
    transfer = pack(world)
    known = gather(transfer=transfer, sheet=sheet_of(transfer, now=world.now), now=world.now)
    facts = summary_words(known, typesetting.STEPS[0])
    pictures = set()
    for state in {
        "allergies": ("present", "none_known", "not_known"),
        "cpr": ("do_not_attempt", "attempt", "not_known"),
    }[box]:
        told = facts | {box: facts[box] | {"state": state, "words": "The same words"}}
        page = pypdfium2.PdfDocument(typesetting.summary(lambda step, told=told: told).content)[0]
        pictures.add(page.render(scale=1).to_pil().convert("1").tobytes())
    assert len(pictures) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_screen_reader_can_read_the_paper(world, kind):
    everything(world)
    reader = pypdf.PdfReader(io.BytesIO(drawn(world, packed(world), kind)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == {"summary": "Emergency summary", "pack": "Hospital pack"}[kind]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert b"pdfaid" in root["/Metadata"].get_data()


@pytest.mark.parametrize("kind", KINDS)
def test_the_qr_is_read_at_150_dpi_and_is_this_journeys_own(world, kind):
    everything(world)
    transfer = packed(world)
    page = pypdfium2.PdfDocument(drawn(world, transfer, kind))[0]
    (code,) = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil().convert("L"))
    address, _, token = code.text.rpartition("/")
    assert address == f"{settings.PUBLIC_URL}/s"
    assert Sheet.objects.get(token_digest=token_digest(token)).transfer == transfer
    assert token not in str(Sheet.objects.values().get(transfer=transfer))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_about_safeguarding_is_on_no_paper(world, kind):
    everything(world)
    text = words(drawn(world, packed(world), kind))
    assert "Speak to the nurse in charge before sharing" in text
    assert "SECRET-DETAIL" not in text


def test_the_pack_says_everything_with_its_author_and_age_and_who_it_is_about_on_every_page(world):
    everything(world)
    observe(world, respiratory_rate=24, pulse=131)
    observe(world, baseline=True)
    pdf = drawn(world, packed(world), "pack")
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    for number, page in enumerate(pages, start=1):
        text = " ".join(page.extract_text().split())
        assert "JONES, Margaret (Mrs)" in text
        assert "917 164 4601" in text.replace("\xa0", " ")
        assert f"Page {number} of {len(pages)}" in text
        assert "May be superseded" in text
    text = words(pdf)
    in_order(
        text[text.index("What is wrong:") :],
        "What was done: Not moved",
        "Breaths a minute 24 a minute 2 16 a minute 0",
        "Pulse a minute 131 a minute 3 80 a minute 0",
        "Checked 21 Nov 2026 by Senior Tester; written by Senior Tester",
        "MUST NOT BE LATE: Apixaban",
        "Bisoprolol",
        "DIFFERENT TODAY: A lot of help",
        "About me",
        "pressure area category 2, lower back",
        "There on arrival",
        "Do not tell: Colin Jones",
        "Hand-over card",
    )


def test_the_full_pack_is_in_large_type(world):
    everything(world)
    page = pypdf.PdfReader(io.BytesIO(drawn(world, packed(world), "pack"))).pages[3]
    assert type_size(page) >= 12


def test_no_points_and_no_score_where_the_plan_is_comfort_care(world):
    write(world, plan={"comfort_care": "yes"})
    observe(world, pulse=131)
    for kind in KINDS:
        text = words(drawn(world, pack(world) if kind == "summary" else Sheet.objects.get().transfer, kind))
        assert "comfort care" in text.lower()
        assert "FAR FROM NORMAL" not in text
        assert "Pulse a minute 131 a minute 3" not in text


@pytest.mark.parametrize(
    "typed",
    [
        '#import "/etc/passwd" $x^2$ *bold* _it_ @ref <label> \\ `code` ]',
        "\U0001f600 \u4e2d \u0627\u0644 \x07",
        "a\r\nb\u2028c",
    ],
)
def test_typed_words_are_printed_and_never_obeyed(world, typed):
    transfer = pack(world, reason={"concern": typed})
    text = words(drawn(world, transfer, "summary"))
    if typed.startswith("#"):
        assert '#import "/etc/passwd" $x^2$ *bold* _it_ @ref <label> \\ `code` ]' in text
    elif typed.startswith("a"):
        assert "a b c" in text
    else:
        assert "[?] [?] [?][?]" in text


def test_names_of_many_languages_are_printed_as_they_are_written(world):
    names = "Łukasz Śliwiński, Siân Ŵyn-Ŷnys, Ọlájùmọ̀kẹ́, Nguyễn, Ịfeọma, Žižka, Þórður"
    transfer = pack(world, reason={"concern": names})
    page = pypdfium2.PdfDocument(drawn(world, transfer, "summary"))[0]
    assert names in " ".join(page.get_textpage().get_text_range().split())


def test_it_is_drawn_after_packing_and_again_whenever_something_was_told(world):
    def behind(minutes):
        return drawing.waiting(now=world.now + timedelta(minutes=minutes))

    transfer = taken_by_crew(world)
    assert behind(11) == [transfer.pk]
    assert drawing.draw(transfer.pk, now=world.now + timedelta(minutes=11))
    assert behind(12) == []
    assert {paper.kind for paper in Paper.objects.all()} == set(KINDS)
    write(world, minutes=20, allergies={"status": "none_known", "items": []})
    assert behind(21) == [transfer.pk]
    assert drawing.draw(transfer.pk, now=world.now + timedelta(minutes=21))
    at = world.now + timedelta(minutes=30)
    add_to_transfer(
        actor=world.actor("carer"), transfer=transfer, values={"reason": {"concern": "It was the hip"}}, now=at
    )
    assert behind(31) == [transfer.pk]
    text = words(drawn(world, transfer, "summary", minutes=31))
    in_order(text, "No known allergies", "Added 20 minutes after leaving", "It was the hip")


def test_nothing_is_drawn_once_the_person_is_back(world):
    transfer = taken_by_crew(world)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    assert drawing.waiting(now=world.now + timedelta(hours=2)) == []


def paper(browser, transfer, kind="summary"):
    return browser.get(f"/transfers/{transfer.pk}/papers/{kind}")


def test_it_can_be_printed_before_the_worker_came_by_and_is_never_older_than_the_record(world, browser_of):
    transfer, carer = pack(world), browser_of("carer")
    first = paper(carer, transfer)
    assert first["Content-Type"] == "application/pdf"
    assert "NOT KNOWN" in words(first.content)
    assert paper(carer, transfer).content == first.content
    write(world, minutes=60, allergies={"status": "present", "items": [{"agent": "Latex"}]})
    assert "Allergies Latex" in words(paper(carer, transfer).content)
    assert Paper.objects.filter(kind="summary").count() == 1


def test_the_time_on_the_paper_is_that_of_printing(world, browser_of, at):
    transfer, carer = pack(world), browser_of("carer")
    assert "Printed 21 Nov 2026, 03:50" in words(paper(carer, transfer).content)
    at(240)
    assert "Printed 21 Nov 2026, 06:50" in words(paper(carer, transfer).content)


@pytest.mark.parametrize("fault", ["gone", "broken"])
def test_a_kept_paper_that_cannot_be_read_is_drawn_again(world, browser_of, fault):
    transfer, carer = pack(world), browser_of("carer")
    paper(carer, transfer)
    for row in Paper.objects.all():
        if fault == "gone":
            default_storage.delete(row.file)
        else:
            with default_storage.open(row.file, "wb") as file:
                file.write(b"nothing that was sealed")
    assert "JONES, Margaret" in words(paper(carer, transfer).content)


def test_kept_papers_lie_encrypted(world):
    transfer = pack(world)
    drawn(world, transfer, "pack")
    for row in Paper.objects.all():
        with default_storage.open(row.file) as file:
            assert b"%PDF" not in file.read()


def test_of_two_who_draw_at_once_the_later_drawing_stays_and_no_file_is_left_over(
    world, django_capture_on_commit_callbacks
):
    transfer = pack(world)
    later, earlier = world.now + timedelta(minutes=3), world.now + timedelta(minutes=2)
    with django_capture_on_commit_callbacks(execute=True):
        drawing.draw(transfer.pk, now=later)
        kept = set(Paper.objects.values_list("file", flat=True))
        drawing.draw(transfer.pk, now=earlier)
    assert set(Paper.objects.values_list("file", flat=True)) == kept
    assert {row.drawn_at for row in Paper.objects.all()} == {later}
    assert all(read_file(name).startswith(b"%PDF") for name in kept)
    on_disk = default_storage.listdir("papers")[1]
    assert sum(str(transfer.pk) in name for name in on_disk) == 2


def test_a_fault_of_the_printer_stops_nobody_else_and_is_tried_again(world, monkeypatch):
    transfer = pack(world)
    monkeypatch.setattr(typesetting, "FONTS", typesetting.FONTS / "nowhere")
    typesetting._fonts.cache_clear()
    typesetting._covered.cache_clear()
    assert drawing.draw(transfer.pk, now=world.now) is False
    monkeypatch.undo()
    typesetting._fonts.cache_clear()
    typesetting._covered.cache_clear()
    assert drawing.waiting(now=world.now) == []
    later = world.now + timedelta(minutes=1)
    assert drawing.waiting(now=later) == [transfer.pk]
    assert drawing.draw(transfer.pk, now=later) is True


@pytest.mark.parametrize("kind", KINDS)
def test_printing_is_in_the_journal_and_the_file_name_names_nobody(world, browser_of, kind):
    transfer = pack(world)
    answer = paper(browser_of("ward"), transfer, kind)
    assert answer["Content-Disposition"] in (
        'inline; filename="emergency-summary.pdf"',
        'inline; filename="hospital-pack.pdf"',
    )
    entry = Entry.objects.get(action=f"printed.{kind}")
    assert (entry.actor_id, entry.resident_id) == (world.people["ward"].pk, world.peggy.pk)


def test_a_paper_of_another_kind_is_not_there(world, browser_of):
    transfer = pack(world)
    assert paper(browser_of("carer"), transfer, "everything").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("carer", 200), ("ward", 200), ("northgate", 404), ("millbrook", 404)])
def test_programs_get_the_papers_of_their_own_journeys(world, api, who, status):
    transfer = pack(world)
    for kind in KINDS:
        answer = api(who).get(f"transfers/{transfer.pk}/papers/{kind}")
        assert answer.status_code == status
        if status == 200:
            assert answer["Content-Type"] == "application/pdf"
            assert "JONES, Margaret" in words(answer.content)


def test_the_photo_of_the_person_is_beside_their_name(world):
    transfer = pack(world)
    before = len(drawn(world, transfer, "summary"))
    face = io.BytesIO()
    Image.effect_noise((480, 480), 80).convert("RGB").save(face, "JPEG")
    at, values = world.now + timedelta(minutes=2), {"kind": "photo"}
    add_document(actor=world.actor("senior"), resident=world.peggy, file=face.getvalue(), values=values, now=at)
    assert drawing.waiting(now=at) == [transfer.pk]
    pdf = drawn(world, transfer, "summary", minutes=3)
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert any(image.image.size == (280, 280) for image in page.images)
    assert len(pdf) > before


def test_a_new_body_map_has_the_papers_drawn_again(world):
    transfer = pack(world)
    drawn(world, transfer, "pack")
    at = world.now + timedelta(minutes=5)
    BodyMap.objects.create(
        resident=world.peggy, moment="leaving", checked=True, marks=[], seen_at=at, recorded_at=at, by_name="Ana"
    )
    assert drawing.waiting(now=at) == [transfer.pk]
    assert "Looked at: no marks" in words(drawn(world, transfer, "pack", minutes=6))


def test_the_first_page_says_how_old_what_protects_is_and_that_there_is_no_body_map(world):
    write(
        world,
        allergies={"status": "present", "items": [{"agent": "Latex", "since": "2026-05-03"}]},
        medicines={"items": [{"name": "Apixaban", "time_critical": True}]},
    )
    transfer = packed(world)
    text = words(drawn(world, transfer, "summary"))
    assert "Medicines: MUST NOT BE LATE (checked 21 Nov 2026)" in text
    assert "(checked 21 Nov 2026)" in text.partition("If heart")[0]
    assert "Skin: No body map" in text
    full = words(read_file(Paper.objects.get(transfer=transfer, kind="pack").file))
    assert "3 May 2026" in full
    assert "2026-05-03" not in full


def test_the_pack_says_must_with_its_parts_and_no_total_of_half_a_set(world):
    whole = {"weight": "42", "height": "160", "weight_loss": "under_5", "no_intake": "no"}
    transfer = packed(world)
    write(world, scores=whole)
    text = words(drawn(world, transfer, "pack"))
    assert "MUST 2: high risk (BMI 16.4: 2" in text
    write(world, minutes=1, scores=whole | {"no_intake": "not_known"})
    text = words(drawn(world, transfer, "pack", minutes=2))
    assert "MUST not complete, already high risk" in text
    assert "MUST 2" not in text
