"""Another provider says who somebody is: OpenID Connect, authorization code with PKCE. The deployer names them."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from redbag.errors import Refused

SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
SECONDS = (5, 10)  # to connect, and between two pieces of an answer
MOST_BYTES = 512 * 1024
KEPT = 3600  # seconds that a provider's own words about itself are believed
KEYS_ANEW = 60  # seconds between two looks for keys we do not know yet
LEEWAY = 60  # seconds that two clocks may differ
LATEST = 2**33  # seconds of a time that can be
LONGEST = 255  # of issuer and subject, after OpenID Connect Core 1.0, section 2
ANEW = {"prompt": "login", "max_age": "600"}  # with max_age a provider must say when (OpenID Connect Core 1.0, 3.1.2.1)
FAULTS = (requests.RequestException, AuthlibBaseError, JoseError, ValueError, KeyError, TypeError)


class ProviderFailed(Refused):
    """A provider could not be asked, or what it said does not hold."""

    code = "provider_failed"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One provider, as the deployer describes it; `require` are claims that its word must carry, with their values."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = ""
    scopes: str = "openid"
    token_auth: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    require: dict[str, list] = field(default_factory=dict)
    second_factor: bool = False


@dataclass(frozen=True)
class Asked:
    """What one browser remembers between asking a provider and its answer; the address is where to send it."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Said:
    """Whom a provider names: issuer and subject identify, the name is only a suggestion.

    `shown_at` is when they last showed there who they are; None where the provider does not say.
    """

    issuer: str
    subject: str
    name: str
    shown_at: datetime | None = None


def providers() -> list[Provider]:
    """The providers by which people may sign in here."""
    return [Provider(**each) for each in settings.OIDC_PROVIDERS]


def provider_named(name: str) -> Provider | None:
    """The provider with this name."""
    return next((each for each in providers() if each.name == name), None)


def ask(provider: Provider, *, back: str, anew: bool = False) -> Asked:
    """Where to send a browser so that the provider says who it is, and comes `back`; ProviderFailed.

    With `anew` they show it there again, and it says when.
    """
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    try:
        address, _ = _client(provider, back).create_authorization_url(
            _about(provider)["authorization_endpoint"],
            state=state,
            nonce=nonce,
            code_verifier=verifier,
            **{**provider.parameters, **(ANEW if anew else {})},
        )
    except FAULTS as fault:
        raise _failed(provider, fault) from fault
    return Asked(address=address, state=state, nonce=nonce, verifier=verifier)


def hear(provider: Provider, *, answer: Mapping[str, str], asked: Asked, back: str) -> Said:
    """Whom the provider names in its answer to what was asked; ProviderFailed when anything about it does not hold.

    The state is that of this browser, the code is exchanged with the verifier that was never sent before, and the ID
    token is signed by the provider's own keys, for us, now, and with our nonce.
    """
    if answer.get("error"):
        raise _failed(provider, "denied")
    if not secrets.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
        raise _failed(provider, "state")
    if answer.get("iss", provider.issuer) != provider.issuer or not answer.get("code"):
        raise _failed(provider, "another issuer, or no code")
    try:
        token = _client(provider, back).fetch_token(
            _about(provider)["token_endpoint"],
            grant_type="authorization_code",
            code=answer["code"],
            code_verifier=asked.verifier,
            redirect_uri=back,
            timeout=SECONDS,
            allow_redirects=False,
        )
        claims = _checked(provider, token, asked.nonce)
    except FAULTS as fault:
        raise _failed(provider, fault) from fault
    name, shown = str(claims.get("name") or "")[:150], claims.get("auth_time")
    shown_at = datetime.fromtimestamp(shown, UTC) if isinstance(shown, int) and 0 < shown < LATEST else None
    return Said(issuer=provider.issuer, subject=claims["sub"], name=name, shown_at=shown_at)


def _client(provider: Provider, back: str) -> OAuth2Session:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        scope=provider.scopes,
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method=provider.token_auth or None,
    )


def _checked(provider: Provider, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
    """The claims of the ID token, every one of which holds."""
    raw = token["id_token"]
    registry = JWSRegistry(algorithms=SIGNED_WITH, strict_check_header=False)
    try:
        read = jwt.decode(raw, _keys(provider), registry=registry)
    except (JoseError, ValueError):  # the provider may have new keys
        read = jwt.decode(raw, _keys(provider, anew=True), registry=registry)
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
        **{name: {"essential": True, "values": values} for name, values in provider.require.items()},
    }
    params = {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")}
    claims = CodeIDToken(read.claims, read.header, options, params)
    claims.validate(now=int(time.time()), leeway=LEEWAY)
    if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= LONGEST:
        raise ValueError("subject")
    return claims


def _about(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself, remembered for an hour."""

    def read() -> dict[str, Any]:
        told = _get(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if told["issuer"] != provider.issuer:
            raise ValueError("issuer of the configuration")
        wanted = {name: told[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        scheme = urlsplit(provider.issuer).scheme
        if any(urlsplit(address).scheme != scheme for address in wanted.values()):
            raise ValueError("an address without https")
        return wanted

    return cache.get_or_set(f"provider-{provider.issuer}", read, KEPT)


def _keys(provider: Provider, *, anew: bool = False) -> KeySet:
    """The keys the provider signs with, remembered for an hour; looked for anew once a minute at most."""
    name = f"provider-keys-{provider.issuer}"
    if anew and cache.add(f"{name}-anew", 1, KEYS_ANEW):
        cache.delete(name)
    told: Any = cache.get_or_set(name, lambda: _get(_about(provider)["jwks_uri"]), KEPT)
    return KeySet.import_key_set(told)


def _get(address: str) -> dict[str, Any]:
    """The JSON object at an address of the provider's; no redirect is followed, and nothing large is read."""
    with requests.get(address, timeout=SECONDS, allow_redirects=False, stream=True) as reply:
        if reply.status_code != 200:
            raise ValueError(f"status {reply.status_code}")
        content = reply.raw.read(MOST_BYTES + 1, decode_content=True)
    if len(content) > MOST_BYTES:
        raise ValueError("too large")
    told = json.loads(content)
    if not isinstance(told, dict):
        raise ValueError("not an object")
    return told


def _failed(provider: Provider, fault: BaseException | str) -> ProviderFailed:
    kind = fault if isinstance(fault, str) else type(fault).__name__
    structlog.get_logger().warning("provider failed", provider=provider.name, fault=kind)
    if fault == "denied":
        return ProviderFailed(f"{provider.label} did not let you in, or you stopped it.", code="provider_denied")
    return ProviderFailed(f"What {provider.label} answered could not be used. Start again from the sign-in page.")
