"""What somebody finds who walks off with the database and the files, and has no key."""

from pathlib import Path

import pyotp
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone

from redbag.accounts.codes import new_secret
from redbag.accounts.pins import set_pin
from redbag.accounts.second_factor import confirm_app
from redbag.accounts.tablets import make_code
from redbag.deliveries.actions import add_endpoint
from redbag.discharges.actions import write_summary
from redbag.organisations.actions import issue_key, open_session
from redbag.organisations.tablets import enrol_tablet
from redbag.packs.sheets import address_of, sheet_of
from redbag.residents.actions import change_resident
from redbag.residents.nhs_numbers import generate
from redbag.transfers.handover_codes import secret_of
from redbag.transfers.merging import merge_residents
from redbag.vault import keep_file
from tests.web.journeys import in_hospital
from tests.world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PIN = "849163"


def everything_kept():
    """Every column of every table as text, and every file: what a dump of it all holds."""
    dump = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                dump += [each.hex() + each.decode("latin-1") if isinstance(each, bytes) else f"{each}" for each in row]
    files = [each for each in Path(default_storage.location).rglob("*") if each.is_file()]
    return dump + [each.read_bytes().decode("latin-1") for each in files]


def numbers_of(world):
    """What people are known by in the whole health service: of those here, and of one who was corrected."""
    return [each.nhs_number for each in (world.peggy, world.arthur, world.nora)] + [generate(9)]


def secrets_of(world):
    """Everything that opens something, by what it is. All of it is made as the service makes it."""
    manager, now = world.actor("manager"), world.now
    user = world.people["manager"]
    browser = Client()
    browser.force_login(user)
    app = new_secret()
    codes = confirm_app(user=user, secret=app, typed=pyotp.TOTP(app).now(), now=timezone.now())
    set_pin(actor=world.actor("carer"), pin=PIN, again=PIN, now=now)
    transfer = in_hospital(world)
    write_summary(
        actor=world.actor("discharge"),
        transfer=transfer,
        organisation=world.stmarys,
        headings={"diagnoses": f"Known by {generate(9)}"},
        file=None,
        form="headings",
        draft=False,
        now=now,
    )
    home, address = world.oakview, "https://example.org/hook"
    asked = {"kind": "webhook", "address": address, "events": [], "fallback_of": None}
    webhook = add_endpoint(actor=manager, organisation=home, now=now, **asked)[1]
    return {
        "password": PASSWORD,
        "session cookie": browser.session.session_key,
        "authenticator app": app,
        **{f"recovery code {number}": code for number, code in enumerate(codes)},
        "session token": open_session(user=user, now=now)[0],
        "facts token": open_session(user=user, now=now)[1],
        "API key": issue_key(organisation=home, role="home_manager", name="Care records", now=now),
        "tablet": enrol_tablet(actor=manager, organisation=home, name="Kitchen", now=now)[1],
        "code for a tablet": make_code(actor=manager, organisation=home, name="Office", now=now)[1],
        "webhook": webhook,
        "label": world.token(world.bag),
        "sheet on paper": address_of(sheet_of(transfer, now=now)).rpartition("/")[2],
        "hand-over": secret_of(home).hex(),
        "picture": "what a picture says",
    }


def test_no_nhs_number_and_nothing_that_opens_anything_can_be_read_without_a_key(world):
    numbers = numbers_of(world)
    secrets = secrets_of(world)
    keep_file("test-at-rest/picture", b"what a picture says")
    change_resident(
        actor=world.actor("senior"), resident=world.arthur, values={"nhs_number": generate(9)}, now=world.now
    )
    merge_residents(
        actor=world.actor("manager"),
        kept=world.peggy,
        other=world.arthur,
        take={},
        why="The same person",
        number="other",
        now=world.now,
    )
    dump = everything_kept()
    whole, plain = "\n".join(dump), "\n".join(each.replace(" ", "").replace("-", "") for each in dump)
    assert PIN not in dump
    assert "Margaret" in whole, "the dump is of this world"
    assert [number for number in numbers if number in plain] == []
    assert {what: secret for what, secret in secrets.items() if secret in whole} == {}
