"""How many days residents lived at homes: the denominator of what happens to them there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from redbag.counting.models import CountedResident

DAYS_IN_A_YEAR = 365.25


def days_of_months(scope: Q, months: Sequence[tuple[date, date]], *, by: str) -> dict[Any, tuple[int, ...]]:
    """Days lived at the homes of a scope within each of some periods, by `home`, `area` or, under the empty text,
    together; without days there is no key.

    The first and the last day of a period and of somebody's living there count. Who is in hospital for a while still
    lives at the home, as the home's own average of residents has it.
    """
    asked = {f"n{place}": Sum(_within(*days)) for place, days in enumerate(months)}
    whole = Q(first_day__lte=max(last.toordinal() for _, last in months)) & (
        Q(last_day=None) | Q(last_day__gte=min(first.toordinal() for first, _ in months))
    )
    rows = CountedResident.objects.filter(scope, whole).annotate(key=F(by) if by else Value("")).order_by()
    found = rows.values("key").annotate(**asked).values_list("key", *asked)
    return {key: tuple(each or 0 for each in days) for key, *days in found}


def _within(first: date, last: date) -> Case:
    """How many of a resident's days lie within these."""
    start, end = first.toordinal(), last.toordinal()
    length = Least(Coalesce(F("last_day"), end), Value(end)) - Greatest(F("first_day"), Value(start)) + 1
    lived = Q(first_day__lte=end) & (Q(last_day=None) | Q(last_day__gte=start))
    return Case(When(lived, then=length), default=0, output_field=IntegerField())
