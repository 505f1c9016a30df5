"""The home answers what is asked when somebody is back, and rings about what is not right."""

from datetime import datetime

from django.db import transaction

from redbag.errors import BadInput, Refused
from redbag.homecomings.models import ReturnAnswer
from redbag.homecomings.questions import ALLERGY, BY_NAME, PAPER, RANG, WHOM, Question
from redbag.homecomings.stays import Asked, Stay, asked_of, key_of, open_troubles
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.pulse import stir
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, write_sections

LONGEST = 1000
LONGEST_AGENT = 200


class NothingToRingAbout(Refused):
    code = "nothing_to_ring_about"


@transaction.atomic
def answer(
    *,
    actor: Actor,
    stay: Stay,
    question: str,
    value: str,
    key: str = "",
    note: str = "",
    agent: str = "",
    reaction: str = "",
    now: datetime,
) -> ReturnAnswer:
    """Keep an answer; the same said again by anybody changes nothing. BadInput by field.

    An original that is missing, or found, is written to where the resident's record says it is; a new allergy joins
    those on record, word for word. What was answered before stays; the last word counts.
    """
    require(actor, Permission.CHECK_RETURNS, stay.home)
    resident = Resident.objects.select_for_update().get(pk=stay.resident.pk)
    asked = _question(stay, question, key, now)
    _check(asked.question, value, note, agent, reaction)
    said = " ".join(filter(None, [f"{agent}: {reaction}" if agent and reaction else agent, note]))
    if asked.answer and (asked.answer.answer, asked.answer.note) == (value, said):
        return asked.answer
    kept = _keep(actor, stay, question=question, about=asked.about, about_key=key, answer=value, note=said, at=now)
    if asked.question == PAPER:
        _note_place(actor, resident, asked, value, now)
    if asked.question == ALLERGY and value == "yes":
        _add_allergy(actor, resident, stay, agent, reaction, now)
    return kept


@transaction.atomic
def rang(*, actor: Actor, about: ReturnAnswer, whom: str, spoke_to: str, said: str, now: datetime) -> ReturnAnswer:
    """Write down that the ward or the GP was rung about an answer, whom they spoke to and what was said."""
    require(actor, Permission.CHECK_RETURNS, about.home)
    Resident.objects.select_for_update().get(pk=about.resident_id)
    errors = {}
    if whom not in WHOM:
        errors["whom"] = f"Choose one of: {', '.join(WHOM)}."
    if not spoke_to:
        errors["spoke_to"] = "Write whom you spoke to."
    if len(f"{spoke_to}: {said}") > LONGEST:
        errors["said"] = f"Use at most {LONGEST:,} characters."
    if errors:
        raise BadInput(errors)
    if seen := about.settled_by.filter(question=RANG, answer=whom).first():
        return seen
    if not open_troubles([about.home_id]).filter(pk=about.pk).exists():
        raise NothingToRingAbout("Somebody has answered this anew. Look at the page again.")
    stay = Stay(home=about.home, resident=about.resident, transfer=about.transfer, summary=about.summary)
    words = f"{spoke_to}: {said}" if said else spoke_to
    return _keep(actor, stay, question=RANG, about=about.about, answer=whom, note=words, settles=about, at=now)


def _question(stay: Stay, question: str, key: str, now: datetime) -> Asked:
    found = (each for each in asked_of(stay, now=now) if (each.question.name, each.key) == (question, key))
    asked = next(found, None)
    if asked is None:
        raise BadInput({"question": f"Nothing like this is asked here. Questions: {', '.join(BY_NAME)}."})
    return asked


def _check(question: Question, value: str, note: str, agent: str, reaction: str) -> None:
    errors = {}
    if question.choice(value) is None:
        errors["answer"] = "Choose one of: " + ", ".join(each.value for each in question.choices) + "."
    if question == ALLERGY and value == "yes" and not agent:
        errors["agent"] = "Write what they are allergic to."
    if len(agent) > LONGEST_AGENT:
        errors["agent"] = f"Use at most {LONGEST_AGENT} characters."
    if len(note) + len(reaction) > LONGEST:
        errors["note"] = f"Use at most {LONGEST:,} characters."
    if errors:
        raise BadInput(errors)


def _keep(actor: Actor, stay: Stay, **said) -> ReturnAnswer:
    kept = ReturnAnswer.objects.create(
        home=stay.home,
        resident=stay.resident,
        transfer=stay.transfer,
        summary=stay.summary,
        by=actor.user,
        by_name=actor.name,
        **said,
    )
    record(
        "return.answered",
        kept,
        actor=actor,
        at=kept.at,
        organisation=stay.home,
        resident=stay.resident,
        transfer=stay.transfer and stay.transfer.pk,
        question=kept.question,
        answer=kept.answer,
        personal={"about": kept.about, "note": kept.note},
    )
    stir([stay.home.pk])
    return kept


def _note_place(actor: Actor, resident: Resident, asked: Asked, value: str, now: datetime) -> None:
    """Where the paper is now, on the record that the next crew reads."""
    was = asked.answer.answer if asked.answer else ""
    places = {"missing": "NOT BACK from hospital: the home is asking for it", "back": "At the home, back from hospital"}
    if value not in places or (value == "back" and was != "missing"):
        return
    section = _section(resident, "resuscitation", now)
    papers = section["content"].get("papers") or []
    moved = [{**row, "where": places[value]} if key_of(row) == asked.key else row for row in papers]
    if moved != papers:
        _write(actor, resident, section, {"papers": moved}, now)


def _add_allergy(actor: Actor, resident: Resident, stay: Stay, agent: str, reaction: str, now: datetime) -> None:
    section = _section(resident, "allergies", now)
    rows = section["content"].get("items") or []
    if any((row.get("agent") or "").strip().lower() == agent.lower() for row in rows):
        return
    since = f"Found in hospital, told to {actor.name}"
    added = {"agent": agent, "reaction": reaction, "severity": "", "since": since, "code": ""}
    _write(actor, resident, section, {"status": "present", "items": [*rows, added]}, now)


def _section(resident: Resident, name: str, now: datetime) -> dict:
    return next(each for each in read_summary(resident=resident, now=now) if each["name"] == name)


def _write(actor: Actor, resident: Resident, section: dict, changed: dict, now: datetime) -> None:
    write_sections(
        actor=actor,
        resident=resident,
        contents={section["name"]: {**section["content"], **changed}},
        seen={section["name"]: section["version"]},
        now=now,
    )
