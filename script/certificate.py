"""A self-signed certificate for this machine's own addresses, made again when it no longer fits."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = datetime.timedelta(days=365)  # Apple's devices refuse more than 825 days
RENEW_BEFORE = datetime.timedelta(days=30)


def keep_certificate(*, certificate: Path, key: Path, names: list[str]) -> None:
    """Leave a certificate and key that fit the names and are valid for another month at least."""
    now = datetime.datetime.now(datetime.UTC)
    wanted = x509.SubjectAlternativeName([subject(name) for name in names])
    if certificate.exists() and key.exists() and fits(certificate, wanted, now):
        return
    secret = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Red Bag")])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + LIFE)
        .add_extension(wanted, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    key.parent.mkdir(parents=True, exist_ok=True)
    key.unlink(missing_ok=True)
    key.touch(mode=0o600)
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def fits(certificate: Path, wanted: x509.SubjectAlternativeName, now: datetime.datetime) -> bool:
    kept = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names == wanted and kept.not_valid_after_utc > now + RENEW_BEFORE


def subject(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
