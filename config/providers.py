"""Other providers of sign-in (OpenID Connect), as OIDC_PROVIDERS names them."""

import json
import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("name", "label", "issuer", "client_id")
KNOWN = {*NEEDED, "client_secret", "scopes", "parameters", "require", "second_factor", "token_auth"}
OURS = {"client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge"}
TOKEN_AUTHS = ("client_secret_basic", "client_secret_post", "none")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read_providers(text: str, *, demo: bool) -> list[dict]:
    """The providers in a JSON list, or ImproperlyConfigured in one line; plain http in a demo on this machine alone."""
    try:
        told = json.loads(text or "[]")
    except ValueError:
        raise ImproperlyConfigured("OIDC_PROVIDERS is not JSON. See README, 'Other ways to sign in'.") from None
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise ImproperlyConfigured("OIDC_PROVIDERS must be a JSON list of objects.")
    for each in told:
        if problem := _problem(each, demo):
            raise ImproperlyConfigured(f"OIDC_PROVIDERS, {each.get('name', 'one without name')}: {problem}")
    if len({each["name"] for each in told}) != len(told):
        raise ImproperlyConfigured("OIDC_PROVIDERS: two have the same name.")
    return told


def _problem(told: dict, demo: bool) -> str:
    if lacking := [name for name in NEEDED if not isinstance(told.get(name), str) or not told[name]]:
        return f"{', '.join(lacking)} is missing."
    if unknown := sorted(set(told) - KNOWN):
        return f"{', '.join(unknown)} is not known."
    if not re.fullmatch(r"[a-z0-9-]{1,40}", told["name"]):
        return "the name must be small letters, digits and -, for it stands in an address."
    parts = urlsplit(told["issuer"])
    if parts.scheme != "https" and not (demo and parts.scheme == "http" and parts.hostname in LOOPBACK):
        return "the issuer must begin with https://."
    if not isinstance(told.get("second_factor", False), bool):
        return "second_factor must be true or false."
    if told.get("token_auth", TOKEN_AUTHS[0]) not in TOKEN_AUTHS:
        return f"token_auth must be one of {', '.join(TOKEN_AUTHS)}."
    parameters, require = told.get("parameters", {}), told.get("require", {})
    if not isinstance(parameters, dict) or OURS & set(parameters):
        return "parameters must be an object, without what the service itself sends."
    if not isinstance(require, dict) or not all(isinstance(values, list) for values in require.values()):
        return "require must be an object of lists."
    return ""
