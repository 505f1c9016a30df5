"""Sessions as the database keeps them: under a digest of the cookie, and sealed. Who reads the table can be nobody."""

import hashlib
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.db import SessionStore as Rows
from django.utils import timezone

from redbag.vault import seal, unseal


def kept_as(key: str) -> str:
    """The row's key for a cookie's: 160 bits of SHA-256 in hex, as many as the column holds."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(Rows):
    """Django's store in the database, with nothing in it that could be used as it stands there."""

    is_unknown = False  # whether a cookie named a session that is not there

    def _get_session_from_db(self):
        row = self.model.objects.filter(session_key=kept_as(self.session_key), expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key, self.is_unknown = None, True
        return row

    def exists(self, session_key: str) -> bool:
        """Whether there is a session under this cookie's key."""
        return super().exists(kept_as(session_key))

    def create_model_instance(self, data: dict[str, Any]):
        """The row to be saved."""
        row = super().create_model_instance(data)
        row.session_key = kept_as(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End this session, or the one under another cookie's key."""
        if key := session_key or self.session_key:
            super().delete(kept_as(key))

    def encode(self, session_dict: dict[str, Any]) -> str:
        """What a row holds, sealed."""
        return seal(super().encode(session_dict))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was sealed; nothing where no key of ours did it."""
        text = session_data if isinstance(session_data, str) else session_data.decode()
        try:
            return super().decode(unseal(text))
        except InvalidToken:
            return {}
