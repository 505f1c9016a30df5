"""What is asked after a stay, and what has been answered so far."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from redbag.discharges.models import DischargeSummary
from redbag.discharges.whose import kept
from redbag.homecomings.models import ReturnAnswer
from redbag.homecomings.questions import (
    ALLERGY,
    BY_NAME,
    DECISION,
    PAPER,
    RANG,
    TROUBLES,
    VALID,
    WHOM,
    Question,
    trouble,
)
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary
from redbag.transfers.models import Transfer


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A stay in hospital that somebody is back from: a journey, or a letter about one that was none of ours."""

    home: Organisation
    resident: Resident
    transfer: Transfer | None = None
    summary: DischargeSummary | None = None

    def answers(self) -> QuerySet[ReturnAnswer]:
        """Everything said about it, oldest first."""
        about = Q(transfer=self.transfer) if self.transfer else Q(summary=self.summary)
        return ReturnAnswer.objects.filter(about, home=self.home).order_by("at", "pk")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with its last answer. `trouble` is what must still be done today; `rang` who was rung about it."""

    question: Question
    about: str = ""
    key: str = ""
    answer: ReturnAnswer | None = None
    trouble: str = ""
    rang: Sequence[ReturnAnswer] = field(default_factory=tuple)

    @property
    def said(self) -> str:
        """The last answer in words."""
        choice = self.question.choice(self.answer.answer) if self.answer else None
        return choice.words if choice else ""

    @property
    def still_to_ring(self) -> list[str]:
        """Who has not been rung about the trouble yet."""
        rung = {each.answer for each in self.rang}
        choice = self.question.choice(self.answer.answer) if self.answer and self.trouble else None
        return [whom for whom in (choice.ring if choice else ()) if whom not in rung]


def stay_of(transfer: Transfer) -> Stay:
    """The stay of a journey; of two records that were joined, the one that is kept."""
    return Stay(home=transfer.home, resident=kept(transfer.resident), transfer=transfer)


def stay_of_letter(summary: DischargeSummary) -> Stay:
    """The stay that a letter is about: its journey's where it has one."""
    if summary.transfer is not None:
        return stay_of(summary.transfer)
    if summary.home is None or summary.resident is None:
        raise ValueError("a letter that is nobody's yet is about no stay")
    return Stay(home=summary.home, resident=kept(summary.resident), summary=summary)


def asked_of(stay: Stay, *, now: datetime) -> list[Asked]:
    """Every question of a stay in the order in which it is asked, with what was answered last."""
    last: dict[tuple[str, str], ReturnAnswer] = {}
    rang: dict[UUID, list[ReturnAnswer]] = {}
    for each in stay.answers():
        if each.question == RANG:
            rang.setdefault(each.settles_id, []).append(each)
        else:
            last[each.question, each.about_key] = each
            if each.question == DECISION.name and each.answer != "paper":
                last.pop((VALID.name, ""), None)  # what was said of a form that is not there
    papers = {key_of(row): paper_name(row) for row in papers_before(stay, now=now)}
    told = {key: row.about for (name, key), row in last.items() if name == PAPER.name}
    questions = [(PAPER, about, key) for key, about in (told | papers).items()]
    questions.append((DECISION, "", ""))
    if (DECISION.name, "") in last and last[DECISION.name, ""].answer == "paper":
        questions.append((VALID, "", ""))
    questions.append((ALLERGY, "", ""))
    return [_asked(question, about, key, last.get((question.name, key)), rang) for question, about, key in questions]


def _asked(question: Question, about: str, key: str, answer: ReturnAnswer | None, rang: dict) -> Asked:
    rung = tuple(rang.get(answer.pk, ())) if answer else ()
    words = trouble(question.name, answer.answer) if answer else ""
    return Asked(question=question, about=about, key=key, answer=answer, trouble=words, rang=rung)


def papers_before(stay: Stay, *, now: datetime) -> list[dict]:
    """The papers about resuscitation held before the stay: as frozen when they left, else as on record now."""
    frozen = stay.transfer.snapshots.order_by("-version").first() if stay.transfer else None
    summary = json.loads(frozen.content)["summary"] if frozen else read_summary(resident=stay.resident, now=now)
    content: dict = next((each["content"] for each in summary if each["name"] == "resuscitation"), {})
    return [row for row in content.get("papers") or [] if (row.get("kind") or "").strip()]


def paper_name(row: dict) -> str:
    """A paper in words: DNACPR form signed by Dr Shah, 2 Nov 2026."""
    signed = " ".join(filter(None, [row.get("signed_by") and f"signed by {row['signed_by']}", row.get("signed_on")]))
    return ", ".join(filter(None, [row["kind"], signed]))


def key_of(row: dict) -> str:
    """By what a paper is known again when its place has changed."""
    known = [(row.get(name) or "").strip().lower() for name in ("kind", "signed_by", "signed_on")]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


def open_troubles(homes: Iterable[UUID] | None) -> QuerySet[ReturnAnswer]:
    """The answers about which somebody must still ring: nothing newer was said, and not all were rung that should be.

    Those of every home where `homes` is None.
    """
    same_stay = ReturnAnswer.objects.filter(
        Q(transfer=OuterRef("transfer")) | Q(transfer=None, summary=OuterRef("summary")), home=OuterRef("home")
    )
    later = same_stay.filter(question=OuterRef("question"), about_key=OuterRef("about_key"), at__gt=OuterRef("at"))
    rung = ReturnAnswer.objects.filter(settles=OuterRef("pk"), question=RANG)
    no_form = same_stay.filter(question=DECISION.name, at__gt=OuterRef("at")).exclude(answer="paper")
    bad = Q(pk=None)
    for name, answers in TROUBLES.items():
        for value, whom in answers.items():
            to_ring = reduce(or_, (Q(~Exists(rung.filter(answer=each))) for each in whom))
            bad |= Q(question=name, answer=value) & to_ring
    rows = ReturnAnswer.objects.filter(bad).exclude(Exists(later))
    rows = rows.exclude(Exists(no_form), question=VALID.name)
    return rows if homes is None else rows.filter(home__in=homes)


def trouble_words(answer: ReturnAnswer) -> str:
    """One line for the board: what is wrong, and what to do."""
    about = f"{answer.about}: " if answer.about else ""
    choice = BY_NAME[answer.question].choice(answer.answer)
    whom = " and ".join(WHOM[each] for each in choice.ring) if choice else ""
    return f"{about}{choice.trouble.partition('. ')[0]}. Ring {whom} today" if choice else ""
