"""What the emergency summary says, in the order of the first screen, as plain values that can be set in type."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils import timezone

from redbag.bags.qr import qr_svg
from redbag.packs.cutting import Cut
from redbag.packs.gathering import Gathered
from redbag.packs.parts import line
from redbag.packs.phrases import contact_words, item_name, medicine_words, moment, place_words, skipped_look
from redbag.packs.signs import vital_lines
from redbag.packs.typesetting import Step
from redbag.templatetags.redbag import birthday, day, nhs_number
from redbag.transfers.contents import Item
from redbag.transfers.emergency import Emergency
from redbag.transfers.ringing import is_kept_from

HARD_SPACE = "\u00a0"


def summary_words(known: Gathered, step: Step) -> dict:
    """The emergency summary; a step with letters or rows leaves the rest to the full pack and says so."""
    page, cut = known.page, Cut(step)
    return {
        **heading(known, "Emergency summary"),
        "dense": step.dense,
        "allergies": {
            "state": page.allergies[0],
            "words": cut.protecting(page.allergies[1]),
            "age": _age(page, "allergies", cut),
        },
        "cpr": {
            "state": page.cpr[0],
            "words": page.cpr[1],
            "note": page.cpr_note,
            "age": _age(page, "resuscitation", cut),
            "papers": cut.protecting_rows([cut.words(each, times=4) for each in _cpr_papers(page)], "papers"),
        },
        "warnings": [{**each, "words": cut.protecting(each["words"])} for each in _warnings(page, cut)],
        "added": cut.rows(_added(known, cut), "additions after leaving"),
        "blocks": [cut.block(each) for each in _blocks(known, cut)],
    }


def heading(known: Gathered, title: str) -> dict:
    """Who it is about, from where, when it was drawn, and the way to the page as it is now."""
    transfer, page, local = known.transfer, known.page, timezone.localtime(known.now)
    number = nhs_number(page.nhs_number)
    going = ", ".join(
        filter(
            None,
            (
                transfer.destination.name if transfer.destination else transfer.destination_text,
                transfer.destination_place,
            ),
        )
    )
    return {
        "title": title,
        "drawn": moment(known.now),
        "date": [local.year, local.month, local.day],
        "name": page.name,
        "preferred": page.preferred_name,
        "born": birthday(page.born),
        "sex": page.sex.lower(),
        "number": number if page.nhs_number_verified or not page.nhs_number else f"{number} (not verified)",
        "home": transfer.home.name,
        "phone": transfer.home.phone,
        "bag": transfer.bag.tracker if transfer.bag else "",
        "going": going,
        "qr": qr_svg(known.address) if known.address else "",
        "photo": list(known.photo),
        "gaps": list(known.gaps),
        "demo": settings.DEMO,
        "not_live": settings.CAUTION,
    }


def _age(page: Emergency, name: str, cut: Cut) -> str:
    """When somebody last said that a section is right, in a few words; left to the full pack where room is short."""
    section = next(each for each in page.summary if each["name"] == name)
    if not section["version"] or cut.step.letters:
        return ""
    checked = f"checked {day(section['verified_at'])}" if section["verified_at"] else "not checked as a whole"
    return f"{checked}, not looked at lately" if section["due"] else checked


def _cpr_papers(page: Emergency) -> list[str]:
    papers = [*([page.decision_check] if page.decision_check else []), *page.papers_said]
    if page.review_due and page.review_due.lower() not in " ".join(papers).lower():
        papers.append(page.review_due)
    if page.cpr[0] == "do_not_attempt" and not page.papers_said:
        papers.append("No paper is listed. Ask the home where the form is.")
    return papers


def _warnings(page: Emergency, cut: Cut) -> list[dict]:
    lines = [line("", page.speak_first)] if page.speak_first else []
    lines += cut.protecting_rows([line(each.label, each.words) for each in page.kept_from], "people not to be told")
    return lines + ([line("", page.stay)] if page.stay else [])


def _added(known: Gathered, cut: Cut) -> list[dict]:
    return [
        {
            "title": f"Added {each.after} after leaving",
            "by": f"{each.by}, {moment(each.at)}",
            "lines": [line(one.label, cut.words(one.words, times=4)) for one in each.lines],
        }
        for each in known.page.added
    ]


def _blocks(known: Gathered, cut: Cut) -> list[dict]:
    """The parts below the boxes, in the order in which they protect."""
    page = known.page
    conditions = [line(each.label, each.words) for each in page.alerts]
    conditions += [
        line("Infection or isolation", "; ".join(filter(None, (_today(page.infection_today), page.infection))))
    ]
    conditions += [line("Agreed limits", page.limits)]
    conditions += [line("Devices", page.devices)] if page.devices else []
    normal = [line(each.label, each.words) for each in page.normal]
    eating = [line("Swallowing, food, drink", page.swallowing), line("Last ate and drank", page.last_ate)]
    handling = [line(each.label, each.words) for each in page.handling]
    learning = {"title": "Learning disability, autism", "form": "lines", "lines": [line("", page.learning)]}
    return [
        {"title": "Why they are going", "form": "lines", "lines": _why(page), "protects": True},
        {"title": "Vital signs, NEWS2", "form": "lines", "lines": vital_lines(page), "protects": True},
        *([learning] if page.learning else []),
        {"title": "At once", "form": "facts", "lines": conditions},
        {"title": "Normal for them", "form": "facts", "lines": [*normal, *eating, *handling]},
        *_medicines(page, cut),
        {"title": "Ring", "form": "facts", "lines": _numbers(page), "protects": True},
        {"title": "Plan and law", "form": "facts", "lines": _law(known)},
        {"title": "With them", "form": "list", "lines": [_belongings(page.items, cut), *_skin(known)]},
    ]


def _today(words: str) -> str:
    return f"Today: {words}" if words else ""


def _why(page: Emergency) -> list[dict]:
    told = [line("" if each.name == "concern" else each.label, each.words) for each in page.why]
    told = told or [line("", "The home has not said why yet. Ring them.")]
    told += [line("Last seen well", page.last_seen_well)]
    told += [line("The home asks", page.ask)] if page.ask else []
    return told + ([line("Can come home when", page.return_when)] if page.return_when else [])


def _medicines(page: Emergency, cut: Cut) -> list[dict]:
    if not page.medicines:
        return [
            {
                "title": "Medicines",
                "form": "lines",
                "age": _age(page, "medicines", cut),
                "lines": [line("", "None are recorded. Ask the home.")],
            }
        ]
    critical = [line(row["name"], medicine_words(row)) for row in page.time_critical]
    plain = [f"{row['name']} {medicine_words(row)}".strip() for row in page.medicines if not row["time_critical"]]
    others = [cut.words(each, times=4) for each in plain]
    blocks = []
    if critical or page.last_doses:
        critical = [*([line("Last doses given today", page.last_doses)] if page.last_doses else []), *critical]
        shown = cut.protecting_rows(critical, "medicines that must not be late")
        blocks.append({"title": "Medicines: MUST NOT BE LATE", "form": "lines", "lines": shown, "protects": True})
    if others:
        told = "; ".join(cut.rows(others, "medicines", times=3))
        title = "Other medicines" if critical else "Medicines (none marked as must not be late)"
        blocks.append({"title": title, "form": "list", "lines": [line("", told)]})
    return [{**each, "age": _age(page, "medicines", cut)} for each in blocks[:1]] + blocks[1:]


def _numbers(page: Emergency) -> list[dict]:
    return [
        line(
            each.who, ". ".join(filter(None, (each.phone.replace(" ", HARD_SPACE) or "no number recorded", each.note)))
        )
        for each in page.numbers
    ]


def _law(known: Gathered) -> list[dict]:
    page, resident = known.page, known.transfer.resident
    lines = [line(each.label, each.words) for each in [*page.plan, *page.legal]]
    gp = " ".join(filter(None, (resident.gp_practice, resident.gp_phone)))
    lines = lines or [line("Decisions and the law", "")]
    return [*lines, line("GP", gp), line("Other contacts", "; ".join(_others(known)), none="none")]


def _others(known: Gathered) -> Iterable[str]:
    rung = {each.phone for each in known.page.numbers}
    rows = known.transfer.resident.contacts
    return [contact_words(row) for row in rows if is_kept_from(row) or row.get("phone") not in rung]


def _belongings(items: Sequence[Item], cut: Cut) -> dict:
    told = [cut.words(f"{item_name(item)} ({place_words(item)})", times=2) for item in items]
    return line("Belongings", "; ".join(cut.rows(told, "things")), none="nothing listed")


def _skin(known: Gathered) -> list[dict]:
    seen, skipped = known.skin, skipped_look(known.not_looked)
    if seen is None:
        return [line("Skin", ". ".join(filter(None, ("No body map", skipped))))]
    count = len(seen.marks)
    told = "no marks" if not count else f"{count} mark{'' if count == 1 else 's'}: see Skin in the full pack"
    return [line("Skin", ". ".join(filter(None, (f"{told}. Seen {moment(seen.seen_at)} by {seen.by_name}", skipped))))]
