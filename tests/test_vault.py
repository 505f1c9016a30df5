"""What is sealed is readable with its keys alone, and found without being read."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection

from redbag.residents.models import Resident
from redbag.vault import blind_index, blind_indexes, seal, unseal


def test_what_was_sealed_comes_back_and_never_looks_the_same_twice():
    assert unseal(seal("943 476 5919")) == "943 476 5919"
    assert seal("943 476 5919") != seal("943 476 5919")


def test_an_older_key_still_reads_and_another_one_does_not(settings):
    sealed, index = seal("Peggy"), blind_index("Peggy", purpose="test")
    settings.DATA_KEYS = [Fernet.generate_key().decode(), *settings.DATA_KEYS]
    assert unseal(sealed) == "Peggy"
    assert blind_index("Peggy", purpose="test") != index
    assert blind_indexes("Peggy", purpose="test") == [blind_index("Peggy", purpose="test"), index]
    settings.DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(InvalidToken):
        unseal(sealed)


@pytest.mark.django_db
@pytest.mark.embedded
def test_no_nhs_number_can_be_read_in_the_database(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM redbag_resident")
        rows = str(cursor.fetchall())
    assert "Margaret" in rows
    assert world.peggy.nhs_number not in rows
    assert Resident.objects.numbered(world.peggy.nhs_number).get() == world.peggy
