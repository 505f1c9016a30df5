"""Who signs in to the training world, and where they work."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password

from redbag.management.national.places import NATION, Nation
from redbag.organisations.models import Membership, Organisation, Role, User

GROUP = 8  # homes of the group manager
ACCOUNTS = (
    ("auditor@nation.example", "Maya Lindqvist", Role.AUDITOR, "the nation"),
    ("auditor@area0.example", "Owen Pryce", Role.AUDITOR, "the first area"),
    ("manager@home0.example", "Iris Okafor", Role.HOME_MANAGER, "the first home"),
    ("group@homes.example", "Noel Farrant", Role.GROUP_MANAGER, f"the first {GROUP} homes"),
    ("discharge@hospital0.example", "Saira Malik", Role.DISCHARGE, "the first hospital"),
    ("crew@ambulance0.example", "Leo Brandt", Role.CREW, "the first ambulance service"),
)


def employ(nation: Nation, *, since: datetime) -> None:
    """Everybody of ACCOUNTS with the demo password; who is there already stays as they are."""
    homes = [home.row for home in nation.homes[:GROUP]]
    first = [[nation.row], [nation.areas[0].row], homes[:1], homes, [nation.hospitals[0].row], nation.services[:1]]
    known = set(User.objects.filter(email__in=[email for email, *_ in ACCOUNTS]).values_list("email", flat=True))
    password = make_password(settings.DEMO_PASSWORD)
    for (email, name, role, _), places in zip(ACCOUNTS, first, strict=True):
        if email not in known:
            pk = uuid.uuid5(uuid.NAMESPACE_URL, f"{NATION}:{email}")
            user = User.objects.create(id=pk, email=email, name=name, password=password, created_at=since)
            Membership.objects.bulk_create(_post(user, place, role, since) for place in places)


def _post(user: User, place: Organisation, role: str, since: datetime) -> Membership:
    trained = role in (Role.HOME_MANAGER, Role.GROUP_MANAGER)
    pk = uuid.uuid5(user.pk, place.ods_code)
    return Membership(id=pk, user=user, organisation=place, role=role, medicines_trained=trained, started_at=since)
