"""The demo accounts: who signs in, and where they work."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password

from redbag.organisations.access import Actor, actor_for
from redbag.organisations.models import Membership, Organisation, Role, User

ACCOUNTS = (
    ("carer@oakview.example", "Ana Petrova", "VDEM1", Role.CARER),
    ("senior@oakview.example", "Grace Mensah", "VDEM1", Role.SENIOR),
    ("manager@oakview.example", "Helen Wright", "VDEM1", Role.HOME_MANAGER),
    ("administrator@oakview.example", "Sam Fletcher", "VDEM1", Role.ADMINISTRATOR),
    ("carer@millbrook.example", "Tomasz Kowalski", "VDEM2", Role.CARER),
    ("manager@millbrook.example", "Ruth Bailey", "VDEM2", Role.HOME_MANAGER),
    ("manager@fernleigh.example", "Nia Hughes", "VDEM3", Role.HOME_MANAGER),
    ("crew@lifeline.example", "Dev Patel", "RDEM9", Role.CREW),
    ("administrator@lifeline.example", "Priya Nair", "RDEM9", Role.ADMINISTRATOR),
    ("ward@stmarys.example", "Aoife Byrne", "RDEM1", Role.WARD),
    ("discharge@stmarys.example", "Marcus Bell", "RDEM1", Role.DISCHARGE),
    ("ward@northgate.example", "Fatima Khan", "RDEM2", Role.WARD),
    ("auditor@area.example", "Judith Cole", "QDEM1", Role.AUDITOR),
)


def employ(organisations: dict[str, Organisation], *, since: datetime) -> dict[str, Actor]:
    """Everybody of ACCOUNTS with the demo password, hashed once; by e-mail address."""
    password = make_password(settings.DEMO_PASSWORD)
    users = User.objects.bulk_create(
        User(
            id=uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{email}"),
            email=email,
            name=name,
            password=password,
            created_at=since,
        )
        for email, name, _, _ in ACCOUNTS
    )
    Membership.objects.bulk_create(
        Membership(
            user=user,
            organisation=organisations[ods],
            role=role,
            medicines_trained=role in (Role.SENIOR, Role.HOME_MANAGER),
            started_at=since,
        )
        for user, (_, _, ods, role) in zip(users, ACCOUNTS, strict=True)
    )
    return {user.email: actor_for(user) for user in users}
