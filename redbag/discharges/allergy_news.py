"""What a letter says of allergies against what the home has on record (hazard H4: not known never reads as none)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from redbag.discharges.models import DischargeSummary
from redbag.summaries.models import CurrentSection

NONE_KNOWN = re.compile(
    r"^\W*(?:nil|none|nka|nkda|no (?:known|recorded|reported)\b.*|nil known)\W*(?:known)?\W*$", re.I
)
NOT_SAID = re.compile(r"^\W*(?:information )?(?:not (?:available|known|recorded)|unknown)\W*$", re.I)
ADDED_WORDS = frozenset(("allergy", "allergies", "allergic", "to", "adverse", "reaction", "intolerance", "sensitivity"))


@dataclass(frozen=True, kw_only=True)
class AllergyNews:
    """What the letter says, in codes: listed, none_known, or not_said when nothing coded can be read of it.

    `new` are those it lists as active that the home does not have in these words, `known` those it has, `doubtful` what
    it lists as not active any more. `recorded` is what the home has; `home_says` present, none_known or not_known.
    """

    says: str
    new: tuple[Mapping[str, str], ...] = ()
    known: tuple[Mapping[str, str], ...] = ()
    doubtful: tuple[Mapping[str, str], ...] = ()
    recorded: tuple[str, ...] = ()
    home_says: str = "not_known"

    @property
    def disagrees(self) -> bool:
        """That the letter knows of none while the home has some on record."""
        return self.says == "none_known" and bool(self.recorded)


@dataclass(frozen=True)
class _Record:
    says: str
    rows: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def new_allergies(summary: DischargeSummary) -> AllergyNews:
    """The allergies of a letter against those on the home's record now; different words count as new."""
    told = summary.read()
    listed = [each for each in told.get("allergies") or [] if (each.get("agent") or "").strip()]
    real = [each for each in listed if each.get("status") != "entered_in_error" and not _says_nothing(each["agent"])]
    active = [each for each in real if (each.get("status") or "active") == "active"]
    record = _record_of(summary)
    return AllergyNews(
        says=_says(told.get("allergies_say") or "", listed, active),
        new=tuple(each for each in active if not _has(record, each)),
        known=tuple(each for each in active if _has(record, each)),
        doubtful=tuple(each for each in real if each not in active),
        recorded=tuple(row["agent"] for row in record.rows),
        home_says=record.says,
    )


def _says(say: str, listed: Sequence[Mapping], active: Sequence[Mapping]) -> str:
    if active:
        return "listed"
    if say == "none_known" or any(NONE_KNOWN.match(each["agent"]) for each in listed):
        return "none_known"
    return "not_said"


def _says_nothing(agent: str) -> bool:
    return bool(NONE_KNOWN.match(agent) or NOT_SAID.match(agent))


def _record_of(summary: DischargeSummary) -> _Record:
    rows = CurrentSection.objects.filter(resident=summary.resident_id, section="allergies")
    content = rows.values_list("content", flat=True).first() or {}
    named = [row for row in content.get("items") or [] if (row.get("agent") or "").strip()]
    status = content.get("status") or "not_known"
    return _Record("present" if named else "not_known" if status == "present" else status, named)


def _has(record: _Record, allergy: Mapping[str, str]) -> bool:
    """Whether the record names the same: by code, or in the same words."""
    code, words = (allergy.get("code") or "").strip(), _words(allergy["agent"])
    return any(
        (code and code == (row.get("code") or "").strip()) or (words and words == _words(row["agent"]))
        for row in record.rows
    )


def _words(agent: str) -> frozenset[str]:
    """What is named, without the words around it; plural and singular are one."""
    said = re.findall(r"[a-z0-9]+", agent.casefold())
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in said if word not in ADDED_WORDS)
