"""Which figures of a month cannot be, and which a person has to say yes to. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import median

from redbag.reports.baseline_figures import MONTHS, Figures, Question, Sheet, Wrong

PUBLISHED = 0.98  # A&E attendances of a care home's resident in a year, England 2016/17


def judged(sheet: Sheet, *, today: tuple[int, int], beds: int | None, began: tuple[int, int] | None = None) -> Sheet:
    """The sheet, with its impossible lines turned into what is wrong and its unlikely ones into questions.

    `began` is the month in which the home's first journey was packed: later months are never compared with.
    """
    seen: dict[str, int] = {}
    for line, each in list(sheet.lines.items()):
        if fault := _impossible(each, today, seen):
            sheet.wrong.append(Wrong(line, *fault))
            del sheet.lines[line]
        else:
            seen[each.key] = line
    usual = median([each.residents for each in sheet.lines.values()] or [Decimal(0)])
    for line, each in sheet.lines.items():
        for kind, words in _unlikely(each, beds, usual):
            sheet.questions.append(Question(line, f"{each.key}-{kind}", words))
    sheet.questions += _not_before(sheet, began)
    sheet.wrong.sort(key=lambda wrong: wrong.line or 0)
    return sheet


def _not_before(sheet: Sheet, began: tuple[int, int] | None) -> list[Question]:
    """One question about all months that are not from before."""
    later = [(line, each) for line, each in sheet.lines.items() if began and (each.year, each.month) >= began]
    if not later or began is None:
        return []
    told = ", ".join(each.title for _, each in later)
    words = f"Red Bag began here in {MONTHS[began[1] - 1]} {began[0]}. Not from before, so never compared with: {told}."
    return [Question(later[0][0], "began", words)]


def _impossible(each: Figures, today: tuple[int, int], seen: Mapping[str, int]) -> tuple[str, str] | None:
    if (each.year, each.month) >= today:
        over = "is not over yet" if (each.year, each.month) == today else "has not come yet"
        return "month", f"{each.title} {over}. Take this line out."
    if each.key in seen:
        return "month", f"{each.title} is already on line {seen[each.key]}. Keep one of the two."
    if not each.residents:
        return "residents", "Nobody lived there in this month? Then take the whole line out."
    if each.stay_days is not None and each.stay_days > 366:
        return "stay_days", "Longer than a year on average? Write it in days."
    return None


def _unlikely(each: Figures, beds: int | None, usual: Decimal) -> Iterable[tuple[str, str]]:
    if each.admissions > each.attendances:
        yield (
            "admissions",
            f"{each.title}: {each.admissions} emergency admissions but only {each.attendances} A&E attendances.",
        )
    if beds and each.residents > 2 * beds:
        yield "beds", f"{each.title}: {each.residents} residents on average, but the home has {beds} beds."
    if each.residents > 2 * usual or each.residents * 2 < usual:
        yield "residents", f"{each.title}: {each.residents} residents, while your other months have about {usual:.1f}."
    if each.attendances > each.residents:
        usual_here = f"{PUBLISHED * float(each.residents) / 12:.0f}"
        words = (
            f"{each.attendances} A&E attendances in one month. In England so many residents have about {usual_here}."
        )
        yield "often", f"{each.title}: {words}"
