"""A home that belongs to another area now, with everything that was counted of it before."""

from django.db import transaction

from redbag.counting.models import CountedHandover, CountedJourney, CountedLetter, CountedLoss, CountedResident, Mark
from redbag.organisations.models import Organisation
from redbag.rows import everything

TABLES = (CountedJourney, CountedHandover, CountedLoss, CountedLetter, CountedResident)


@everything()
@transaction.atomic
def move_areas() -> int:
    """Put the rows of homes that were moved to another area there; returns how many homes were.

    Whoever is counting comes first, for they may have read a home before it was moved.
    """
    Mark.objects.get_or_create(pk=1)
    Mark.objects.select_for_update().get(pk=1)
    areas = dict(Organisation.objects.values_list("pk", "area"))
    told = {pair for table in TABLES for pair in table.objects.values_list("home", "area").distinct()}
    moved = {home for home, area in told if home in areas and areas[home] != area}
    for home in moved:
        for table in TABLES:
            table.objects.filter(home=home).update(area=areas[home])
    return len(moved)
