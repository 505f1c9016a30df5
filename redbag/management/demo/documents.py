"""Papers and faces of the demo world: forms that say they are examples, and faces drawn from circles."""

import io
from datetime import date, timedelta
from random import Random

from django.utils import timezone
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from redbag.documents.actions import add_document
from redbag.management.demo import person
from redbag.management.demo.world import World
from redbag.residents.models import Resident

CARER, SENIOR, MILLBROOK = "carer@oakview.example", "senior@oakview.example", "carer@millbrook.example"
SKIN = ("#f3d3bd", "#e8b998", "#c98d63", "#8d5a3a", "#5c3a26")
HAIR = ("#f4f2ee", "#d9d6d0", "#a9a5a0", "#7d756d", "#4a3b30")
JUMPERS = ("#2f5d8a", "#6a2f5d", "#2f6b4f", "#8a5a2f", "#4d4d6b")
BACKGROUNDS = ("#dfe7ec", "#ece4d8", "#e1ead9", "#e7dfea")
SIGNED_ON = date(2026, 3, 12)
LIKES = (
    "Call me by the name I like. Tea, milk, no sugar.",
    "I hear better on the left side. I wear glasses for reading.",
    "When I am worried I walk up and down. Walk with me.",
    "My family may ring at any time.",
)


def plan_papers(world: World) -> None:
    """Plan who photographed whom, and which papers were kept when."""
    oakview, millbrook = world.residents["VDEM1"], world.residents["VDEM2"]
    for who, people in ((SENIOR, oakview[:12]), (MILLBROOK, millbrook[:6])):
        for each in people:
            _plan(world, who, each, _face(world.serials[each.pk]), days=60, kind="photo")
    for each in oakview[:12]:
        if world.serials[each.pk] % 3 == 0:
            _plan_decision(world, each)
    peggy, marjorie = oakview[:2]
    _plan(world, CARER, peggy, _paper("This Is Me", peggy, LIKES, pages=2), days=90, kind="this_is_me")
    _plan(world, CARER, peggy, _paper("Medicines chart (MAR)", peggy, CHART), days=41, kind="mar")
    _plan(world, CARER, marjorie, _paper("Hospital passport", marjorie, LIKES), days=30, kind="passport")
    _plan(world, SENIOR, peggy, _heel(), days=12, kind="wound", title="Left heel", restricted="yes")


CHART = (
    "Example chart, not for giving medicines from.",
    "Paracetamol 1 g, 08:00, 14:00, 20:00",
    "The list that counts is in the health summary.",
)


def _plan_decision(world: World, resident: Resident) -> None:
    """The paper that the resident's section on resuscitation speaks of, with the review date it has there."""
    serial = world.serials[resident.pk]
    kind, name = ("respect", "ReSPECT") if serial == person.COMFORT_CARE else ("dnacpr", "DNACPR")
    review = timezone.localdate(world.now) - timedelta(days=24) if serial == person.REVIEW_PASSED else None
    lines = ["Signed by Dr L. Farrow, 12 March 2026", "Applies to CPR only. Give all other care."]
    lines += [f"Review on {review:%d/%m/%Y}"] if review else []
    dates = {"dated_on": SIGNED_ON.isoformat()} | ({"look_again_on": review.isoformat()} if review else {})
    _plan(world, SENIOR, resident, _paper(f"{name} form", resident, lines), days=100, kind=kind, **dates)


def _plan(world: World, who: str, resident: Resident, file: bytes, *, days: int, **values: str) -> None:
    world.plan(
        world.now - timedelta(days=days, hours=3),
        lambda at: add_document(actor=world.people[who], resident=resident, file=file, values=values, now=at),
    )


def _face(serial: int) -> bytes:
    """A face that nobody has, always the same for the same number."""
    dice = Random(serial)
    skin, hair = dice.choice(SKIN), dice.choice(HAIR)
    picture = Image.new("RGB", (600, 720), dice.choice(BACKGROUNDS))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((60, 560, 540, 1000), fill=dice.choice(JUMPERS))
    pen.rounded_rectangle((255, 480, 345, 620), 40, fill=skin)
    high = dice.randint(110, 150)
    pen.ellipse((140, high, 460, 470), fill=hair)
    pen.ellipse((165, 190, 435, 540), fill=skin)
    pen.pieslice((150, high, 450, 360), 180, 360, fill=hair)
    for left in (225, 335):
        pen.ellipse((left, 330, left + 40, 358), fill="white", outline="#333333", width=2)
        pen.ellipse((left + 12, 334, left + 30, 354), fill="#3a3a3a")
        if serial % 2:
            pen.ellipse((left - 18, 308, left + 58, 382), outline="#222222", width=6)
    pen.line((300, 360, 288, 420, 308, 424), fill="#7a5a48", width=5)
    pen.arc((235, 400, 365, 490), 20, 160, fill="#9c3d3d", width=8)
    return _saved(picture)


def _heel() -> bytes:
    """A drawn heel with a red place on it."""
    picture = Image.new("RGB", (800, 600), "#dfe7ec")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((120, 120, 720, 480), 170, fill="#e8b998")
    pen.ellipse((180, 250, 280, 340), fill="#c9605c")
    return _saved(picture)


def _saved(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _paper(title: str, resident: Resident, lines: tuple[str, ...] | list[str], *, pages: int = 1) -> bytes:
    """A paper that says on every page that it is an example."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    wide, high = A4
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica-Bold", 24)
        canvas.drawString(60, high - 90, title)
        canvas.setFont("Helvetica", 14)
        canvas.drawString(60, high - 130, f"{resident.patient_name}, born {resident.date_of_birth:%d/%m/%Y}")
        for row, line in enumerate(lines):
            canvas.drawString(60, high - 190 - 30 * row, line)
        canvas.drawString(60, 60, f"Page {number} of {pages}")
        canvas.setFont("Helvetica-Bold", 40)
        canvas.setFillGray(0.75)
        canvas.drawCentredString(wide / 2, 200, "EXAMPLE: NOBODY REAL")
        canvas.setFillGray(0)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
