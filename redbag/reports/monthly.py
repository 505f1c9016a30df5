"""The report of a month, made on the day somebody chose and told by an e-mail that holds a link and nothing else."""

from datetime import date, datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from redbag.accounts.joining_models import AccountLetter
from redbag.accounts.owing import owe_letter
from redbag.organisations.access import actor_for
from redbag.reports.file_models import READERS, MonthlyReport, ReportFile
from redbag.reports.periods import LONDON, end_of_month, months_until
from redbag.vault import secret_for, secrets_for

BODY = (
    "The Red Bag report of {month} is ready: every measure of that month, with its picture and its table. "
    "Sign in to read it:\n{home}/reports/files/{file}\n\n"
    "It is kept for 7 days. You can have it made again at any time on the page Reports.\n\n"
    "You asked for this e-mail every month. To stop it, open this link and press Stop:\n{home}/stop-monthly/{stop}\n"
)
PURPOSE = "stop a monthly report"
AGAIN_AFTER = timedelta(days=1)


def begin_due(*, now: datetime) -> list[str]:
    """Put last month's report into the queue for everybody whose day has come, once each; the ids of the files.

    Who no longer reads reports at the place gets no more. After a long stop of the service only the last month is made.
    """
    begun = _begin_anew(now)
    for each in _without_a_file(now):
        if (month := month_due(each, now=now)) is None:
            continue
        if not _reads_there(each):
            MonthlyReport.objects.open().filter(pk=each.pk).update(ended_at=now, ended_why=MonthlyReport.Ended.LEFT)
        elif (file := _begin(each, *month, now=now)) is not None:
            begun.append(str(file.pk))
    return begun


def _without_a_file(now: datetime) -> QuerySet[MonthlyReport]:
    """Those of whose newest month there is no file; some of them asked after its day."""
    today = now.astimezone(LONDON).date()
    earlier, last, _ = months_until(today, 3)
    files = ReportFile.objects.filter(monthly=OuterRef("pk"))
    come = Q(day__lte=today.day) & ~Exists(files.filter(first_day=last))
    to_come = Q(day__gt=today.day) & ~Exists(files.filter(first_day=earlier))
    return MonthlyReport.objects.open().filter(come | to_come).select_related("user", "place")


def _begin_anew(now: datetime) -> list[str]:
    """Put back into the queue what could not be made yesterday of the last two months; the ids of the files."""
    since = months_until(now.astimezone(LONDON).date(), 3)[0]
    failed = ReportFile.objects.filter(monthly__in=MonthlyReport.objects.open(), state=ReportFile.State.FAILED)
    ids = list(failed.filter(first_day__gte=since, asked_at__lte=now - AGAIN_AFTER).values_list("pk", flat=True))
    again = {"state": ReportFile.State.WAITING, "tries": 0, "asked_at": now, "kept_until": None}
    ReportFile.objects.filter(pk__in=ids, state=ReportFile.State.FAILED).update(**again)
    return [str(pk) for pk in ids]


def month_due(monthly: MonthlyReport, *, now: datetime) -> tuple[date, date] | None:
    """First and last day of the month whose report is due now; None before its day, or where it was asked for later."""
    today, asked = now.astimezone(LONDON).date(), monthly.started_at.astimezone(LONDON).date()
    due = today.replace(day=monthly.day)
    if today < due:
        due = (due.replace(day=1) - timedelta(days=1)).replace(day=monthly.day)
    if due < asked:
        return None
    last = due.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def comes_next(monthly: MonthlyReport, *, now: datetime) -> date:
    """The day of the next e-mail; today where one is due of which there is no file yet."""
    today, due = now.astimezone(LONDON).date(), month_due(monthly, now=now)
    made = set(monthly.files.values_list("first_day", flat=True))
    if due is not None and due[0] not in made:
        return today
    if monthly.day > today.day and months_until(today, 2)[0] not in made:
        return today.replace(day=monthly.day)
    return (end_of_month(today) + timedelta(days=1)).replace(day=monthly.day)


def tell(file: ReportFile, *, now: datetime) -> None:
    """Owe the e-mail about a file that is ready, unless they stopped it meanwhile."""
    monthly = MonthlyReport.objects.open().select_related("user").filter(pk=file.monthly_id).first()
    if monthly is None:
        return
    told = {"month": f"{file.first_day:%B}", "file": file.pk, "stop": stop_token(monthly)}
    body = BODY.format(home=settings.PUBLIC_URL, **told)
    owe_letter(kind=AccountLetter.Kind.MONTHLY_REPORT, address=monthly.user.email, body=body, now=now)


def stop_token(monthly: MonthlyReport) -> str:
    """What the link in the mail ends in: it stops this one and opens nothing."""
    return f"{monthly.pk.hex}{secret_for(str(monthly.pk), purpose=PURPOSE).hex()[:32]}"


def monthly_of(token: str) -> MonthlyReport | None:
    """The one this link stops, whether it still runs or not; None for any other text."""
    try:
        pk = UUID(token[:32])
    except ValueError:
        return None
    proofs = [each.hex()[:32] for each in secrets_for(str(pk), purpose=PURPOSE)]
    if not any(compare_digest(each.encode(), token[32:].encode()) for each in proofs):
        return None
    return MonthlyReport.objects.filter(pk=pk).first()


def _reads_there(monthly: MonthlyReport) -> bool:
    return monthly.user.is_active and monthly.place_id in actor_for(monthly.user).organisations_with(*READERS)


def _begin(monthly: MonthlyReport, first: date, last: date, *, now: datetime) -> ReportFile | None:
    """The month's file; None where another worker was faster."""
    try:
        with transaction.atomic():
            return ReportFile.objects.create(
                monthly=monthly,
                place=monthly.place,
                organisation=monthly.place,
                what=ReportFile.What.MEASURES,
                form="pdf",
                first_day=first,
                last_day=last,
                asked_at=now,
                asked_by=monthly.user,
                asked_by_name=monthly.user.name,
            )
    except IntegrityError:
        return None
