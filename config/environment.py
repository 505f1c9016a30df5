"""Where secrets come from: the environment in production, a private file in the embedded default."""

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

FERNET_SIZED = ("LABEL_KEY", "DATA_KEYS", "JOURNAL_KEY")  # 32 bytes in url-safe base64
KEYS = {"SECRET_KEY", *FERNET_SIZED}
FEWEST_BYTES = 12  # different ones among 32 at random: fewer never happen by chance


def embedded_keys(folder: Path) -> dict[str, str]:
    """The keys of an embedded installation: made on the first start, readable by its owner alone.

    A key that a later version asks for is added to those that are there.
    """
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = _new_keys()
        draft = folder / f"keys.{os.getpid()}.tmp"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        try:
            os.link(draft, path)  # two processes may start at once: the first one's keys stand
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    keys = json.loads(path.read_text())
    return keys if keys.keys() >= KEYS else _with_the_missing(path)


def _new_keys() -> dict[str, str]:
    return {"SECRET_KEY": secrets.token_urlsafe(50)} | {name: Fernet.generate_key().decode() for name in FERNET_SIZED}


def _with_the_missing(path: Path) -> dict[str, str]:
    with path.with_name("keys.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two processes may start at once: the first one's keys stand
        keys = _new_keys() | json.loads(path.read_text())
        draft = path.with_name(f"keys.{os.getpid()}.tmp")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(keys))
        draft.replace(path)
    return keys


def production_keys(environ) -> dict[str, str]:
    """The keys of a production installation, or ImproperlyConfigured with one clear line."""
    keys = {}
    for name in ("SECRET_KEY", *FERNET_SIZED):
        value = environ.get(name, "")
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. Production needs it: see README, 'Settings'.")
        keys[name] = value
    if len(keys["SECRET_KEY"]) < 50 or len(set(keys["SECRET_KEY"])) < 5:
        raise ImproperlyConfigured("SECRET_KEY is too weak: 50 characters or more, chosen at random.")
    used: set[bytes] = set()
    for name in FERNET_SIZED:
        ring = {_checked(name, key.strip()) for key in keys[name].split(",")}
        if used & ring:
            raise ImproperlyConfigured(f"{name} holds a key that is another list's too: each needs its own.")
        used |= ring
    return keys


def _checked(name: str, key: str) -> bytes:
    try:
        Fernet(key)
    except ValueError as wrong:
        raise ImproperlyConfigured(f"{name} holds a key that is not 32 bytes in url-safe base64.") from wrong
    raw = base64.urlsafe_b64decode(key)
    if len(set(raw)) < FEWEST_BYTES:
        raise ImproperlyConfigured(f"{name} holds a key that was not made at random.")
    return raw
