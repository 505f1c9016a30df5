"""Production settings, read in a process of their own, as docker-compose.yml gives them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

SHARED = Fernet.generate_key().decode()
ROOT = Path(__file__).resolve().parent.parent
WANTED = (
    *(
        "DEBUG",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_REFERRER_POLICY",
    ),
    *("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "SESSION_ENGINE"),
    *("CONTENT_SECURITY_POLICY", "DEMO", "PASSWORD_HASHERS"),
)
PRINT = f"import json, config.settings as s; print(json.dumps({{name: getattr(s, name) for name in {WANTED!r}}}))"


def _key():
    return Fernet.generate_key().decode()


def read(tmp_path, **changed):
    environment = {
        "PATH": os.environ["PATH"],
        "DEMO": "0",
        "TRUST_PROXY": "1",
        "ALLOWED_HOSTS": "redbag.example.org",
        "PUBLIC_URL": "https://redbag.example.org",
        "REDBAG_DATA": str(tmp_path),
        "SECRET_KEY": _key() + _key(),
        "LABEL_KEY": _key(),
        "DATA_KEYS": _key(),
        "JOURNAL_KEY": _key(),
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/none",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    }
    command = [sys.executable, "-c", PRINT]
    return subprocess.run(command, cwd=ROOT, env=environment | changed, capture_output=True, text=True)


def test_production_keeps_to_tls_and_its_cookies_to_this_host(tmp_path):
    done = read(tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["upgrade-insecure-requests"] is True
    assert told["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["script-src"] == ["'self'"]
    assert {name: told[name] for name in WANTED if name != "CONTENT_SECURITY_POLICY"} == {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_REFERRER_POLICY": "no-referrer",
        "SESSION_COOKIE_NAME": "__Host-redbag_session",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-redbag_csrf",
        "CSRF_COOKIE_SECURE": True,
        "SESSION_ENGINE": "redbag.web.session_store",
        "DEMO": False,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    }


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ALLOWED_HOSTS": "*"}, "must name hosts"),
        ({"PUBLIC_URL": "http://redbag.example.org"}, "must begin with https"),
        ({"SECRET_KEY": "short"}, "too weak"),
        ({"DATA_KEYS": ""}, "DATA_KEYS is not set"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"LABEL_KEY": "A" * 43 + "="}, "not made at random"),
        ({"LABEL_KEY": SHARED, "DATA_KEYS": SHARED}, "another list's too"),
    ],
)
def test_settings_that_would_be_unsafe_stop_the_start_with_one_line(tmp_path, changed, words):
    done = read(tmp_path, **changed)
    assert done.returncode != 0
    assert words in done.stderr.splitlines()[-1]


FROM_THE_IMAGE = {"HOST", "PORT", "REDBAG_DATA", "STATIC_ROOT"}
LEFT_AS_THEY_ARE = {"CONN_MAX_AGE", "CSRF_TRUSTED_ORIGINS", "DEMO_PASSWORD"}


def test_every_setting_reaches_the_containers_and_is_named_in_the_example():
    settings, compose, example = (
        (ROOT / name).read_text() for name in ("config/settings.py", "docker-compose.yml", "deploy/env.example")
    )
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', settings))
    given = set(
        re.findall(r"^    (\w+): ", compose.partition("environment: &environment")[2].partition("\n\n")[0], re.M)
    )
    assert read - given == FROM_THE_IMAGE | LEFT_AS_THEY_ARE
    asked = set(re.findall(r"\$\{(\w+)", compose))
    assert asked - set(re.findall(r"^(\w+)=", example, re.M)) == set()
