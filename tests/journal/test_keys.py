"""The key that signs the journal comes as the other keys do: made in the embedded default, asked for in production."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import embedded_keys, production_keys


def test_an_installation_from_before_gets_the_key_and_keeps_its_others(tmp_path):
    made = embedded_keys(tmp_path)
    before = {name: key for name, key in made.items() if name != "JOURNAL_KEY"}
    (tmp_path / "keys.json").write_text(json.dumps(before))
    after = embedded_keys(tmp_path)
    assert after == before | {"JOURNAL_KEY": after["JOURNAL_KEY"]}
    assert after["JOURNAL_KEY"] != made["JOURNAL_KEY"]
    assert embedded_keys(tmp_path) == after
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", [{}, {"JOURNAL_KEY": "short"}])
def test_production_does_not_start_without_it(tmp_path, key):
    others = {name: each for name, each in embedded_keys(tmp_path).items() if name != "JOURNAL_KEY"}
    with pytest.raises(ImproperlyConfigured, match=r"^JOURNAL_KEY [^\n]+$"):
        production_keys(others | key)
