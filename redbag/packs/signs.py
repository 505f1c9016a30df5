"""The vital signs in the lines of a paper."""

from redbag.packs.parts import line
from redbag.packs.phrases import moment
from redbag.templatetags.redbag import day, span
from redbag.transfers.emergency import Emergency
from redbag.transfers.vital_signs import Vitals


def lasting_vital_lines(page: Emergency) -> list[dict]:
    """The newest set for what may be read days later: when it was taken, never how long ago, and nothing of "now"."""
    newest = page.news2
    if newest is None:
        return [line("Vital signs", "")]
    told = "; ".join(f"{each.label} {each.words}" for each in newest.readings)
    lines = [line("Last taken", f"{moment(newest.taken_at)} by {newest.by}: {newest.headline}"), line("Then", told)]
    usual = page.usual_news2
    if usual is not None and usual.score is not None and not page.no_score:
        lines.append(line("Usual NEWS2", f"{usual.score} ({day(usual.taken_at)})"))
    return lines


def vital_lines(page: Emergency) -> list[dict]:
    """The newest set, how old it is, what scores 3 by itself, and what is usual."""
    lines = [line("Vital signs", page.vitals_gap)] if page.vitals_gap else []
    if page.news2:
        lines += _set_lines(page.news2)
    if page.no_score:
        return lines
    usual = page.usual_news2
    known = usual is not None and usual.score is not None
    words = f"{usual.score} ({day(usual.taken_at)})" if known else ""
    return [*lines, line("Usual NEWS2", words, none="not known")]


def _set_lines(vitals: Vitals) -> list[dict]:
    taken = f"taken {moment(vitals.taken_at)} by {vitals.by}"
    if vitals.old:
        lines = [line("OLD", f"{taken}, {span(vitals.age)} ago. Not how they are now. Then: {vitals.headline}.")]
    else:
        lines = [line(vitals.headline, taken)]
    if vitals.red:
        red = "; ".join(f"{each.label} {each.words}" for each in vitals.red)
        lines.append(line("Far from normal then" if vitals.old else "FAR FROM NORMAL", red))
    told = "; ".join(f"{each.label} {each.words}" for each in vitals.readings)
    lines.append(line("Then" if vitals.old else vitals.when, told))
    lines += [line("", vitals.scale_words)] if vitals.scale_words else []
    return [*lines, line("", vitals.since)] if vitals.since else lines
