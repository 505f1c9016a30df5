"""No page, call or file shows a resident's data without a line in the journal that says who saw whose."""

import html
import re

import pytest
from django.db import transaction

from redbag.journal.models import Entry, Mention
from redbag.organisations.routes import ROUTES
from tests.test_permissions import NothingOfThisKind, addresses, fill, signed_in, stage

__all__ = ["stage"]

# What shows somebody's data without a line of its own, and why that is right.
SIGNED = "the signature of whoever took the bag: nothing of the resident"
WITHOUT_A_LINE = {
    "api:signature": SIGNED,
    "web:signature": SIGNED,
    "web:calibration": "lines to measure a printer by",
    "web:manifest": "the name of the service, for a phone",
    "web:import_residents": "an example of a list, of nobody",
    "web:journal": "names the home's residents in a list to choose from; those whose lines it shows are named",
}
NOBODY_THERE = {"api:openapi", "api:docs"}
# What looks different for different people; elsewhere the first who may is enough.
BY_EACH = {"web:board", "web:label", "web:transfer", "web:inbound_lists", "api:scan", "api:transfer", "api:transfers"}
WHO = ("manager", "discharge", "crew", "auditor")


def marks_of(person):
    """By what somebody is known when they stand on a page: birth dates too, where they are somebody's alone."""
    number, born = person.nhs_number, person.date_of_birth
    grouped = f"{number[:3]} {number[3:6]} {number[6:]}"
    return {person.last_name, person.last_name.upper(), number, grouped, f"{born:%d-%b-%Y}", born.isoformat()}


@pytest.fixture(scope="module")
def people(stage, django_db_blocker):
    """The residents, each with a birth date of their own."""
    world, _ = stage
    with django_db_blocker.unblock():
        for year, person in ((1936, world.peggy), (1931, world.arthur), (1940, world.nora)):
            person.date_of_birth = person.date_of_birth.replace(year=year)
            person.save(update_fields=["date_of_birth"])
    return [world.peggy, world.arthur, world.nora]


def shown_in(response, people):
    """Whose data an answer holds: words by name, number and birth date; a file by being one."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not response.headers.get("Content-Type", "").startswith(("text/", "application/json", "application/fhir")):
        return {None}
    words = re.sub(r"\s+", " ", html.unescape(content.decode(errors="replace")).replace("\u00a0", " "))
    return {person for person in people if any(mark in words for mark in marks_of(person))}


def noted(since):
    """Whom the entries written since name as seen; None when something was seen that is about nobody in particular."""
    looks = Entry.objects.filter(action__regex=r"^((viewed|printed|exported)\.|record\.exported$)", pk__gt=since)
    alone = set(looks.values_list("resident_id", flat=True))
    return alone | set(Mention.objects.filter(entry__in=looks).values_list("resident_id", flat=True))


def seen_without_a_line(world, people, client, headers, route, path):
    """Whose data this address shows without saying so in the journal; and whether it answered."""
    with transaction.atomic():
        since = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        response = client.get(path, headers=headers if route.startswith("api:") else {})
        missed = set()
        if response.status_code == 200:
            told = noted(since)
            for person in shown_in(response, people):
                if (person and person.pk not in told) or (person is None and not told):
                    missed.add(person.last_name if person else "a file")
        transaction.set_rollback(True)
    return missed, response.status_code == 200


@pytest.mark.django_db
@pytest.mark.slow
def test_whatever_shows_a_residents_data_is_in_the_journal(stage, people):
    world, things = stage
    doors = {who: signed_in(world, who) for who in WHO}
    unseen, answered = [], set()
    for route, path in addresses():
        if "GET" not in ROUTES.get(route, {}) or route in NOBODY_THERE:
            continue
        try:
            filled, _ = fill(path, things)
        except NothingOfThisKind:
            continue
        for who, (client, headers) in doors.items():
            missed, came = seen_without_a_line(world, people, client, headers, route, filled)
            answered |= {route} if came else set()
            if missed and route not in WITHOUT_A_LINE:
                unseen.append(f"{route} as {who}: {', '.join(sorted(missed))}")
            if came and route not in BY_EACH:
                break
    assert unseen == [], "\n".join(unseen)
    assert len(answered) > 150, "a walk that opens nothing proves nothing"
