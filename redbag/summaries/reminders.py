"""What a section asks of the home: a task, or something that does not fit together. It warns and never blocks."""

from collections.abc import Mapping
from datetime import date, timedelta

from redbag.summaries import scores
from redbag.summaries.alerts import decision_check, decision_review
from redbag.summaries.fields import as_date

NEW_FOR = timedelta(days=14)
TELL_DOLS = "Going to hospital: tell the DoLS team, and write down here who told them and when."


def reminders(section: str, content: Mapping, *, today: date | None = None) -> list[str]:
    """What to do about a section, most pressing first. Without `today` nothing that depends on the day is said."""
    return [words for words in _ASKS.get(section, _nothing)(content, today) if words]


def _nothing(_content: Mapping, _today: date | None) -> list[str]:
    return []


def _resuscitation(content: Mapping, today: date | None) -> list[str]:
    papers = content.get("papers") or []
    recommendation = content.get("recommendation")
    review = decision_review(content, today) if today else ""
    check = decision_check(content) if papers else ""
    return [
        "A paper is written down here, but no recommendation. Crews will attempt CPR. Read the paper, then choose."
        if papers and recommendation not in ("attempt", "do_not_attempt")
        else "",
        "No paper is written down for this. Crews may not follow it without the signed form: where is it?"
        if recommendation == "do_not_attempt" and not papers
        else "",
        f"A senior must check the form. {check}." if check else "",
        f"{review[:1].upper()}{review[1:]}. The decision stands until then." if review else "",
    ]


def _medicines(content: Mapping, _today: date | None) -> list[str]:
    late = [
        row["name"]
        for row in content.get("items") or []
        if row.get("time_critical") and row.get("name") and not row.get("last_given")
    ]
    return [f"When was the last dose given? {', '.join(late)}" if late else ""]


def _legal(content: Mapping, _today: date | None) -> list[str]:
    return [TELL_DOLS if content.get("dols_state") == "authorised" and not content.get("dols_told") else ""]


def _scores(content: Mapping, _today: date | None) -> list[str]:
    must = scores.must(content)
    high = must.band == "high" or must.already_high
    return [f"MUST is high. {scores.RESPONSE['high']}" if high else ""]


def _stay(content: Mapping, today: date | None) -> list[str]:
    kind, since = content.get("kind"), as_date(content.get("since") or "")
    settled = kind == "new" and since and today and today - since > NEW_FOR
    unasked = kind in ("new", "respite") and not content.get("ask")
    return [
        "Write down who knows them best, so the hospital can ask." if unasked else "",
        "Here for more than two weeks now. Do they live here? Then say so." if settled else "",
    ]


def _safeguarding(content: Mapping, _today: date | None) -> list[str]:
    if not content.get("detail"):
        return []
    asked = (("incident", "incident form"), ("told", "safeguarding team told"), ("candour", "duty of candour"))
    open_ones = [label for name, label in asked if not content.get(name)]
    return [f"Done? Nobody has written it down: {', '.join(open_ones)}." if open_ones else ""]


_ASKS = {
    "resuscitation": _resuscitation,
    "medicines": _medicines,
    "legal": _legal,
    "scores": _scores,
    "stay": _stay,
    "safeguarding": _safeguarding,
}
