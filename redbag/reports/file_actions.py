"""Somebody asks for a report as a file, stops it, takes it; and asks to be told of one every month."""

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from redbag.errors import BadInput, Gone, NotAllowed, Refused
from redbag.journal.recording import EXPORTED, record, record_view
from redbag.organisations.access import GRANTS, Actor, require
from redbag.organisations.models import Membership, Organisation, User
from redbag.queues.bells import ring
from redbag.reports import file_tasks
from redbag.reports.file_models import READERS, MonthlyReport, ReportFile
from redbag.reports.file_rows import names_residents, residents_in
from redbag.reports.scopes import scope_for, scope_of
from redbag.rows import everything

FORMS = {ReportFile.What.MEASURES: ("pdf", "xlsx", "csv"), ReportFile.What.JOURNEYS: ("xlsx", "csv")}
MOST_OPEN = 5
LATEST_DAY = 28


@transaction.atomic
def ask_for_file(
    *,
    actor: Actor,
    what: str,
    form: str,
    start: date,
    end: date,
    organisation: Organisation | None,
    now: datetime,
    id: UUID | None = None,
) -> ReportFile:
    """Have a report made in the background: every measure, or every journey one in a row. BadInput, Refused.

    To whoever is not the home itself journeys are coded, and their days are those of whole months that are over. Asking
    twice with one id is asking once.
    """
    scope = scope_for(actor=actor, organisation=organisation)
    errors = {}
    if what not in FORMS:
        errors["what"] = "Choose what is to be in the file."
    elif form not in FORMS[ReportFile.What(what)]:
        errors["form"] = "Choose PDF, spreadsheet or CSV. Journeys come as spreadsheet or CSV."
    if errors:
        raise BadInput(errors)
    if id is not None and (seen := ReportFile.objects.filter(pk=id).first()):
        if not ReportFile.objects.visible_to(actor).filter(pk=id).exists():
            raise Refused("This form was used already. Open the page again and ask once more.", code="used")
        return seen
    if actor.user:  # who asks twice at a moment is counted in turn
        User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)
    waiting = ReportFile.objects.visible_to(actor).filter(state__in=("waiting", "running")).count()
    if waiting >= MOST_OPEN:
        raise Refused(f"{MOST_OPEN} files are being made for you. Wait until one of them is ready.", code="too_many")
    named = what == ReportFile.What.JOURNEYS and names_residents(actor, scope)
    coded = what == ReportFile.What.JOURNEYS and not named
    start, end = (scope.months if coded else scope.days)(start, end, now=now)
    file = ReportFile.objects.create(
        id=id or uuid4(),
        place=_place_of(actor, organisation),
        organisation=organisation,
        what=what,
        form=form,
        first_day=start,
        last_day=end,
        named=named,
        asked_at=now,
        asked_by=actor.user,
        asked_by_key=None if actor.user else actor.key_id,
        asked_by_name=actor.name,
    )
    told: dict[str, Any] = {"report": what, "format": form, "from": start, "to": end, "named": named}
    record("report.asked_for", file, actor=actor, at=now, organisation=organisation or file.place, **told)
    transaction.on_commit(partial(ring, file_tasks.make, file_id=str(file.pk)), robust=True)
    return file


@transaction.atomic
def stop_file(*, actor: Actor, file: ReportFile, now: datetime) -> ReportFile:
    """Make no more of it. What is ready already stays; stopping twice is stopping once."""
    require(actor, READERS, file.place_id)
    file = ReportFile.objects.select_for_update().get(pk=file.pk)
    if not file.is_open:
        return file
    file.state, file.kept_until, file.lease_until = ReportFile.State.STOPPED, now, None
    file.save(update_fields=["state", "kept_until", "lease_until"])
    record("report.stopped", file, actor=actor, at=now, organisation=file.place)
    return file


@transaction.atomic
def take_file(*, actor: Actor, file: ReportFile, now: datetime) -> None:
    """Write down that somebody saves it, with everybody named in it. Refused when it is not there.

    NotAllowed for whoever may not read reports any more at one of the places that it was made of.
    """
    require(actor, READERS, file.place_id)
    scope = scope_for(actor=actor, organisation=file.organisation)
    if file.state in (ReportFile.State.FORGOTTEN, ReportFile.State.STOPPED, ReportFile.State.FAILED) or (
        file.kept_until is not None and file.kept_until <= now
    ):
        raise Gone("This file is not kept any more. Have it made again.")
    if file.state != ReportFile.State.DONE:
        raise Refused("This file is not ready yet. Ask again in a moment.", code="not_ready")
    whose = file.organisation or file.place
    if places := _places_in(file):
        for each in places:
            require(actor, READERS, each)
        scope = scope_of(places)
    if file.named:
        if not names_residents(actor, scope):
            raise NotAllowed("Your role may not read who these residents are.")
        with everything():
            residents = residents_in(file, scope)
        record_view("report_file", file, actor=actor, at=now, organisation=whose, residents=residents, way=EXPORTED)
    told: dict[str, Any] = {"report": file.what, "format": file.form, "from": file.first_day, "to": file.last_day}
    record("report.exported", file, actor=actor, at=now, organisation=whose, **told)


@transaction.atomic
def send_monthly(*, actor: Actor, place: Organisation, day: int, now: datetime) -> MonthlyReport:
    """Tell a person every month on this day (1 to 28) that the report is there; another day replaces the one before."""
    require(actor, READERS, place)
    if actor.user is None or actor.facts_only:
        raise NotAllowed("Only a person with an e-mail address can be told every month.")
    if not 1 <= day <= LATEST_DAY:
        raise BadInput({"day": f"Choose a day from 1 to {LATEST_DAY}."})
    mine = MonthlyReport.objects.open().filter(user=actor.user, place=place)
    monthly = mine.select_for_update().first()
    if monthly is not None and monthly.day == day:
        return monthly
    if monthly is not None:
        monthly.day = day
        monthly.save(update_fields=["day"])
    else:
        try:
            with transaction.atomic():
                monthly = MonthlyReport.objects.create(user=actor.user, place=place, day=day, started_at=now)
        except IntegrityError:
            return mine.get()
    record("report.monthly_asked_for", monthly, actor=actor, at=now, organisation=place, day=day)
    return monthly


@transaction.atomic
def stop_monthly(*, monthly: MonthlyReport, actor: Actor | None, now: datetime) -> None:
    """No more e-mails about it; by the person or by the link in their mail (no actor). Twice is once."""
    if actor is not None and actor.user_id != monthly.user_id:
        raise NotAllowed("This is somebody else's.")
    running = MonthlyReport.objects.filter(Q(pk=monthly.pk), ended_at=None)
    if running.update(ended_at=now, ended_why=MonthlyReport.Ended.ASKED):
        way = "page" if actor else "link"
        record("report.monthly_stopped", monthly, actor=actor, at=now, organisation=monthly.place_id, way=way)


def _places_in(file: ReportFile) -> list[Organisation]:
    """Where a person read reports at any time from asking for "all of mine" until it was made; none for other files."""
    if file.organisation is not None or file.asked_by is None:
        return []
    roles = [role for role, granted in GRANTS.items() if granted.intersection(READERS)]
    posts = Membership.objects.filter(user=file.asked_by, role__in=roles, started_at__lte=file.made_at)
    posts = posts.exclude(ended_at__lt=file.asked_at).select_related("organisation")
    return list({post.organisation_id: post.organisation for post in posts}.values())


def _place_of(actor: Actor, organisation: Organisation | None) -> Organisation:
    """From where they ask: the organisation itself where they work there, else their first place with reports."""
    granted = actor.organisations_with(*READERS)
    places = [post.organisation for post in actor.posts if post.organisation.pk in granted]
    return next((place for place in places if organisation is not None and place.pk == organisation.pk), places[0])
