import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.bags.codes import new_code, shown
from redbag.bags.tokens import found_in, looks_like_token, new_token, token_digest

TOKEN = "ABCDEFGHIJKLMNOPQRSTUVW234"


def test_a_token_holds_128_bits_as_26_upper_case_symbols():
    made = {new_token() for _ in range(2000)}
    assert len(made) == 2000
    for token in made:
        assert len(token) == 26
        assert looks_like_token(token)
        assert token == token.upper()
        assert len(base64.b32decode(token + "======")) == 16


def test_the_digest_does_not_depend_on_the_case():
    assert token_digest(TOKEN.lower()) == token_digest(TOKEN) == hashlib.sha256(TOKEN.encode()).hexdigest()
    assert token_digest(TOKEN) != token_digest(TOKEN[:-1] + "5")


@pytest.mark.parametrize(
    "text",
    [
        "",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN[:-1] + "0",
        TOKEN[:-1] + "1",
        TOKEN[:-1] + "=",
        TOKEN + "\n",
        " " + TOKEN,
        "\u0131" * 26,
        "\u212a" * 26,
    ],
)
def test_what_is_not_26_base32_symbols_does_not_look_like_a_token(text):
    assert not looks_like_token(text)


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        TOKEN.lower(),
        f"  {TOKEN}\r\n",
        f"https://redbag.example/b/{TOKEN}",
        f"HTTPS://REDBAG.EXAMPLE/B/{TOKEN}",
        f"http://127.0.0.1:8000/b/{TOKEN.lower()}",
        f"https://redbag.example/b/{TOKEN}/",
        f"https://redbag.example/b/{TOKEN}?from=label#top",
        f"https://redbag.example/prefix/b/{TOKEN}",
        f"redbag.example/b/{TOKEN}",
        f"/b/{TOKEN}",
        f"]Q1https://redbag.example/b/{TOKEN}\r",
    ],
)
def test_a_token_is_found_in_what_scanners_give(text):
    assert found_in(text) == ("token", TOKEN)


@given(st.builds(new_code))
def test_a_short_code_is_found_however_it_is_typed(code):
    for typed in (code, shown(code), shown(code).lower(), shown(code).replace("-", " ").replace("0", "o")):
        assert found_in(typed) == ("code", code)
    assert found_in(f"https://redbag.example/b/{shown(code)}") == ("code", code)


@given(st.builds(new_code))
def test_a_short_code_with_a_slip_is_not_taken_for_another(code):
    slip = code[:-1] + ("0" if code[-1] != "0" else "2")
    assert found_in(slip) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "https://redbag.example/",
        "https://redbag.example/b/",
        f"https://redbag.example/s/{TOKEN}",
        f"https://redbag.example/b/{TOKEN}X",
        f"https://redbag.example/b/{TOKEN}/edit",
        f"https://redbag.example/?next=b{TOKEN}",
        "9434765919",
        "5000112637922",
    ],
)
def test_what_belongs_to_no_label_is_nothing(text):
    assert found_in(text) is None


@given(st.text())
def test_any_text_is_a_token_a_code_or_nothing(text):
    found = found_in(text)
    assert found is None or found[0] in ("token", "code")


@given(st.builds(new_token))
def test_every_new_token_is_found_again(token):
    assert found_in(f"https://h/b/{token}") == found_in(token) == ("token", token)
