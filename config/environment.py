"""Where secrets come from: the environment in production, a private file in the embedded default."""

import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def embedded_keys(folder: Path) -> dict[str, str]:
    """The keys of an embedded installation: made on the first start, readable by its owner alone."""
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "LABEL_KEY": Fernet.generate_key().decode(),
            "DATA_KEYS": Fernet.generate_key().decode(),
        }
        draft = folder / f"keys.{os.getpid()}.tmp"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        try:
            os.link(draft, path)  # two processes may start at once: the first one's keys stand
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return json.loads(path.read_text())


def production_keys(environ) -> dict[str, str]:
    """The keys of a production installation, or ImproperlyConfigured with one clear line."""
    keys = {}
    for name in ("SECRET_KEY", "LABEL_KEY", "DATA_KEYS"):
        value = environ.get(name, "")
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. Production needs it: see README, 'Settings'.")
        keys[name] = value
    if len(keys["SECRET_KEY"]) < 50 or len(set(keys["SECRET_KEY"])) < 5:
        raise ImproperlyConfigured("SECRET_KEY is too weak: 50 characters or more, chosen at random.")
    for name in ("LABEL_KEY", "DATA_KEYS"):
        for key in keys[name].split(","):
            try:
                Fernet(key.strip())
            except ValueError as wrong:
                raise ImproperlyConfigured(f"{name} holds a key that is not 32 bytes in url-safe base64.") from wrong
    return keys
