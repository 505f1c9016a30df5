"""Organisations from files: all of them or none, and what is wrong by line."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from redbag.accounts.invitations import invite
from redbag.errors import Refused
from redbag.organisations.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
HEAD = "ods_code,name,kind,area,phone,address,beds,places,closed_on\n"


def load(tmp_path, text, **options):
    file, said = tmp_path / "organisations.csv", StringIO()
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    call_command("load_organisations", str(file), stdout=said, **options)
    return said.getvalue()


def test_an_area_may_stand_later_in_the_file_than_its_homes(tmp_path):
    text = HEAD + "VNEW1,Ash Lodge,care_home,QNEW1,01632 960001,,30,Ground; First,\nQNEW1,North Board,area,,,,,,\n"
    assert "2 organisations loaded" in load(tmp_path, text)
    home = Organisation.objects.get(ods_code="VNEW1")
    assert (home.area.ods_code, home.beds) == ("QNEW1", 30)
    assert sorted(home.places.values_list("name", flat=True)) == ["First", "Ground"]


def test_what_is_wrong_is_told_by_line_and_nothing_is_loaded(tmp_path):
    rows = [
        "VNEW1,Ash Lodge,care_home,QXXX9,,,,,",  # 2: nobody knows this area
        "V!,Beech,care_home,,,,,,",
        "VNEW3,,care_home,,,,,,",
        "VNEW4,Cedar,hotel,,,,,,",
        "VNEW5,Elm,care_home,,,,many,,",
        "VNEW6,Fir,care_home,,,,,,yesterday",
        "VNEW7,Good,care_home,,,,,,",
        "VNEW7,Good again,care_home,,,,,,",  # 9: a second time
        "VNEW8",  # 10: cut short
    ]
    with pytest.raises(CommandError) as wrong:
        load(tmp_path, HEAD + "\n".join(rows))
    told = str(wrong.value).splitlines()
    assert told[0] == "Nothing was loaded."
    assert [line.split(":")[0] for line in told[1:]] == [f"line {number}" for number in (2, 3, 4, 5, 6, 7, 9, 10)]
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,kind\nX,area\n", "ods_code is missing"),
        ("", "is missing"),
        (b"ods_code,name,kind\n\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_list_is_told_in_one_line(tmp_path, text, said):
    with pytest.raises(CommandError, match=said):
        load(tmp_path, text)


def test_a_closed_place_keeps_what_it_has_and_takes_nobody_in(world, tmp_path):
    load(tmp_path, HEAD + "VDEM1,Oakview,care_home,QDEM1,,,,,2026-03-31\n")
    world.oakview.refresh_from_db()
    assert world.oakview.closed_on == date(2026, 3, 31)
    told = {"email": "bea@oakview.example", "name": "Bea", "role": "carer", "medicines_trained": False}
    with pytest.raises(Refused, match="Oakview is closed"):
        invite(actor=world.actor("manager"), organisation=world.oakview, now=world.now, **told)
    assert set(Organisation.objects.offered()) == set(Organisation.objects.exclude(pk=world.oakview.pk))


def test_a_published_file_of_the_nhs_is_read_as_it_is(world, tmp_path):
    columns = ["VNHS1", "ASH LODGE", "Y63", "QDEM1", "1 ASH ROAD", "", "", "EXBOURNE", "", "EX1 1AA", "20010401"]
    columns += ["20260331", "C", "", "A1A", "", "", "01632 960002"]
    line = ",".join(f'"{each}"' for each in columns + [""] * (27 - len(columns)))
    assert "1 organisations loaded" in load(tmp_path, line + "\n", ods="care_home")
    home = Organisation.objects.get(ods_code="VNHS1")
    assert (home.name, home.phone, home.address) == ("ASH LODGE", "01632 960002", "1 ASH ROAD, EXBOURNE, EX1 1AA")
    assert (home.area, home.closed_on) == (world.area, date(2026, 3, 31))
    with pytest.raises(CommandError, match="line 1: This line has 2 columns, not 27"):
        load(tmp_path, "VNHS2,SHORT\n", ods="care_home")
