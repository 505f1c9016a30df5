"""A home with its staff, and another home whose letters must not leak."""

from datetime import UTC, datetime

from redbag.organisations.access import Actor, actor_for
from redbag.organisations.models import Kind, Membership, Organisation, Role, User

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


class Clock:
    """The time as the test says it is."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def organisation(code: str, name: str, kind: Kind = Kind.CARE_HOME) -> Organisation:
    return Organisation.objects.create(ods_code=code, name=name, kind=kind)


def person(name: str, role: Role, place: Organisation) -> Actor:
    user = User.objects.create(email=f"{name.lower()}@{place.ods_code.lower()}.example", name=name, created_at=START)
    Membership.objects.create(user=user, organisation=place, role=role, started_at=START)
    return actor_for(user)
