"""Somebody without an account cannot see the tablet: they ask, and the home or an NHS mailbox gives them a code."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from redbag.deliveries.actions import post_letters
from redbag.errors import BadInput, Refused
from redbag.organisations import throttling
from redbag.organisations.actions import digest_of
from redbag.organisations.guessing import note_wrong, slow_down
from redbag.organisations.models import Kind
from redbag.organisations.pulse import stir
from redbag.organisations.throttling import TooOften
from redbag.queues.bells import ring
from redbag.rows import everything
from redbag.transfers.models import Transfer
from redbag.vault import blind_indexes
from redbag.visitors import tasks
from redbag.visitors.glass_codes import (
    ASKED_LASTS,
    CODE_LASTS,
    ENDED,
    REASONS,
    NotAskedAnyMore,
    given_by_home,
    locked,
    note,
    standing,
    why_of,
)
from redbag.visitors.introductions import NEEDS_NUMBER, Introduction, faults
from redbag.visitors.models import BreakGlass
from redbag.visitors.nhs_addresses import checked
from redbag.visitors.registrations import normalise
from redbag.visitors.sessions import AFTER_RETURN, ROLES, service_of

BY_ADDRESS = {"most": 4, "window": 60}  # askings about one journey from one address: it is only slowed
LOUD = 4  # askings about a bag within an hour of which letters tell the home; of all others its board does
HOUR, DAY = 60 * 60, 24 * 60 * 60
MAILS_OF_A_BAG = ({"most": 4, "window": HOUR}, {"most": 10, "window": DAY})
MAILS_OF_AN_EMAIL = ({"most": 3, "window": HOUR}, {"most": 10, "window": DAY})
TECHNICIAN = "technician"  # no register lists them, so the home alone gives them a code
WHO_MAY = (*NEEDS_NUMBER, TECHNICIAN)
FROM = (Kind.AMBULANCE, Kind.HOSPITAL)
LONGEST_WORDS, LONGEST_PHONE = 300, 40
OFTEN = "Somebody has asked often just now. Ring the home, and ask again in a minute."
MAILED_OFTEN = (
    "Too many codes were sent by e-mail. Ring the home: they can read out a code for you, and it works at once."
)
READ_OUT = "The home has read out a code for you. Type that one, or ring them for another."
NOT_NHS = "A code can only be sent to an NHS address, like name@nhs.net. Leave it empty, and ring the home."
BY_HOME = "Ambulance technicians get no code by e-mail. Ring the home: they read it out."
SENT = "A code was sent a moment ago. Look in your NHS mailbox, or ring the home."


@dataclass(frozen=True)
class Asking:
    """Why somebody asks, and how a code may come to them."""

    reason: str
    words: str = ""
    phone: str = ""
    email: str = ""


@everything()
def ask(*, transfer: Transfer, told: Introduction, why: Asking, address: str, now: datetime) -> tuple[BreakGlass, str]:
    """Ask to read a journey without the tablet's code; the token of the asker's phone comes back this once.

    The home sees it at once, however many others ask: a code it reads out can be had by whoever is on the telephone.
    With an e-mail address of the health service a code is sent there too, unless too many were. What the phone of an
    ambulance technician filled in is left: only a home that has spoken to them lets them in. BadInput by field;
    TooOften for a minute at most, when it was asked often from this address; Refused when the journey is over.
    """
    slow_down(address=address, aim=f"ask|{transfer.pk}")  # and each counts as a try from there
    if told.role == TECHNICIAN:
        why = replace(why, email="")
    email = checked(why.email, settings.BREAK_GLASS_EMAIL_DOMAINS)
    if wrong := faults(told, kinds=FROM) | _faults(told, why, email):
        raise BadInput(wrong)
    note_wrong(what="break-glass asked", address=address, aim=f"ask|{transfer.pk}", now=now)
    throttling.take_tries(OFTEN, ("glass-asked", f"{transfer.pk}|{address}", BY_ADDRESS))
    try:
        _count_mail(transfer, email)
    except TooOften:
        email = ""
    return _keep(transfer, told, why, email, now)


def _count_mail(transfer: Transfer, email: str) -> list[throttling.Try]:
    """Count a code by e-mail before it is owed; TooOften when this mailbox, or this bag, got too many."""
    if not email:
        return []
    mailbox, bag = _index(email), str(transfer.bag_id or transfer.pk)
    (mailbox_hour, mailbox_day), (bag_hour, bag_day) = MAILS_OF_AN_EMAIL, MAILS_OF_A_BAG
    return throttling.take_tries(
        MAILED_OFTEN,
        ("glass-mail", mailbox, mailbox_hour),
        ("glass-mail-day", mailbox, mailbox_day),
        ("glass-bag-mail", bag, bag_hour),
        ("glass-bag-mail-day", bag, bag_day),
    )


def _index(email: str) -> str:
    return blind_indexes(email.lower(), purpose="break-glass e-mail")[0]


def _faults(told: Introduction, why: Asking, email: str) -> dict[str, str]:
    wrong = {}
    if told.role not in WHO_MAY:
        wrong["role"] = "Only an ambulance crew, a nurse or a doctor can open it in this way. Drivers: ring the home."
    if why.reason not in REASONS:
        wrong["reason"] = "Choose why you cannot see the tablet."
    elif why.reason == "other" and not why.words.strip():
        wrong["words"] = "Say in a few words why."
    if len(why.words) > LONGEST_WORDS:
        wrong["words"] = f"Use at most {LONGEST_WORDS} letters."
    if len(why.phone) > LONGEST_PHONE:
        wrong["phone"] = f"Use at most {LONGEST_PHONE} letters."
    if why.email.strip() and not email:
        wrong["email"] = NOT_NHS
    return wrong


@transaction.atomic
def _keep(transfer: Transfer, told: Introduction, why: Asking, email: str, now: datetime) -> tuple[BreakGlass, str]:
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("home").get(pk=transfer.pk)
    if transfer.stage in AFTER_RETURN:
        raise Refused("This journey has ended.", code="journey_ended")
    loud = _of_the_bag(transfer).filter(asked_at__gt=now - ASKED_LASTS, refused_at=None).count() < LOUD
    token = secrets.token_urlsafe(32)
    asked = BreakGlass.objects.create(
        transfer=transfer,
        digest=digest_of(token),
        name=told.name.strip(),
        role=told.role,
        registration=normalise(told.registration),
        organisation=told.organisation,
        organisation_text="" if told.organisation else told.organisation_text.strip(),
        phone=why.phone.strip(),
        reason=why.reason,
        words=why.words.strip(),
        asked_at=now,
    )
    if email:
        _owe_mail(asked, email, now)
    _tell_home(asked, now, loud=loud)
    return asked, token


def _of_the_bag(transfer: Transfer) -> QuerySet[BreakGlass]:
    of_bag = {"transfer__bag": transfer.bag_id} if transfer.bag_id else {"transfer": transfer}
    return BreakGlass.objects.filter(**of_bag)


def _owe_mail(asked: BreakGlass, email: str, now: datetime) -> None:
    asked.email, asked.email_index, asked.mail_due_at, asked.mail_tries = email, _index(email), now, 0
    asked.save(update_fields=["email", "email_index", "mail_due_at", "mail_tries"])
    transaction.on_commit(partial(ring, tasks.send_codes))


def _tell_home(asked: BreakGlass, now: datetime, *, loud: bool) -> None:
    transfer = asked.transfer
    said = {"name": asked.name, "role": ROLES[asked.role], "from": service_of(asked)}
    said |= {"registration": asked.registration, "checked": "nobody checked this", "why": why_of(asked)}
    note("break_glass.asked", asked, actor=None, now=now, personal=said, reason=asked.reason)
    stir([transfer.home_id])
    if not loud:
        return
    post_letters(
        organisations=[transfer.home_id],
        type="break_glass.asked",
        subject_id=asked.pk,
        path=f"/api/v1/break-glass/{asked.pk}",
        ids={"transfer": str(transfer.pk), "asked": str(asked.pk)},
        now=now,
    )


@everything()
def send_by_mail(*, asked: BreakGlass, email: str, now: datetime) -> BreakGlass:
    """Have a code sent to an e-mail address of the health service too, when the home does not answer.

    BadInput for any other address; TooOften when one was just given, or too many were sent to this mailbox or about
    this bag; Refused when nothing can be sent any more.
    """
    if not (found := checked(email, settings.BREAK_GLASS_EMAIL_DOMAINS)):
        raise BadInput({"email": NOT_NHS})
    if asked.role == TECHNICIAN:
        raise BadInput({"email": BY_HOME})
    tries = _count_mail(asked.transfer, found)
    try:
        return _send(asked, found, now)
    except Refused:
        throttling.give_back(tries)
        raise


@transaction.atomic
def _send(asked: BreakGlass, email: str, now: datetime) -> BreakGlass:
    asked = locked(asked)
    if not standing(asked, now=now).waits:
        raise NotAskedAnyMore(ENDED)
    if asked.code_until and given_by_home(asked, now=now):
        raise TooOften(READ_OUT, wait=max(1, int((asked.code_until - now).total_seconds())))
    if asked.mail_due_at or (asked.mailed_at and now < asked.mailed_at + CODE_LASTS):
        raise TooOften(SENT, wait=int(CODE_LASTS.total_seconds()))
    _owe_mail(asked, email, now)
    return asked
