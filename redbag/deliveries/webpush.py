"""Web Push: a message sealed for one browser (RFC 8291) and the proof of who sends it (VAPID, RFC 8292).

Written with `cryptography` alone: the usual package brings a second HTTP client, and ours has the guard of addresses.
"""

import base64
import json
import os
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from redbag.vault import seal, unseal

CURVE = ec.SECP256R1()
RECORD_BYTES = 4096
PROOF_LASTS = timedelta(hours=12)
LAST_RECORD = b"\x02"


def sealed(
    text: bytes, *, p256dh: str, auth: str, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """The body of a push that only the browser with these keys can read; ValueError for keys that are none.

    `key` and `salt` are made anew for every message; a test of the standard's own example gives them.
    """
    key, salt = key or ec.generate_private_key(CURVE), salt or os.urandom(16)
    theirs = decoded(p256dh)
    own = _public(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    secret = _derive(shared, salt=decoded(auth), info=b"WebPush: info\0" + theirs + own, length=32)
    content_key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(own)]) + own
    return head + AESGCM(content_key).encrypt(nonce, text + LAST_RECORD, None)


def authorization(address: str, *, at: datetime) -> str:
    """The Authorization header that proves to a push service who sends."""
    parts = urlsplit(address)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + PROOF_LASTS).timestamp()),
        "sub": settings.VAPID_SUBJECT,
    }
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(_own_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={public_key()}"


def public_key() -> str:
    """What a browser must know to let only us wake it."""
    return encoded(_public(_own_key()))


def encoded(data: bytes) -> str:
    """base64url without padding, as browsers write keys."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64url with or without padding; ValueError for what is none."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def private_key(number: str) -> ec.EllipticCurvePrivateKey:
    """The private key that 32 bytes in base64url stand for."""
    return ec.derive_private_key(int.from_bytes(decoded(number), "big"), CURVE)


def _own_key() -> ec.EllipticCurvePrivateKey:
    return _key_from(settings.VAPID_PRIVATE_KEY, Path(settings.REDBAG_DATA))


@lru_cache
def _key_from(said: str, folder: Path) -> ec.EllipticCurvePrivateKey:
    return private_key(said or unseal(_kept(folder)))


def _kept(folder: Path) -> str:
    """The sealed key of this installation, made by whoever asks first; two that ask at once keep the same one."""
    path = folder / "vapid.key"
    if not path.exists():
        draft = folder / f"vapid.{uuid4().hex}.tmp"
        draft.touch(mode=0o600)
        number = ec.generate_private_key(CURVE).private_numbers().private_value
        draft.write_text(seal(encoded(number.to_bytes(32, "big"))))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _json(value: dict) -> str:
    return encoded(json.dumps(value, separators=(",", ":")).encode())
