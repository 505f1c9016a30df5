"""An OpenID provider for tests, with a check of the code's verifier: `python openid_provider.py PORT`.

It runs as a process of its own, for the package it stands on imports what warns.
"""

import sys
import time

from authlib.oauth2.rfc7636 import CodeChallenge
from oidc_provider_mock import _app, _storage
from werkzeug.serving import run_simple

CHALLENGES: dict[str, str] = {}


class Pkce(CodeChallenge):
    """Every code belongs to the challenge it was asked for with."""

    def get_authorization_code_challenge(self, authorization_code):
        return CHALLENGES.get(authorization_code.code)

    def get_authorization_code_challenge_method(self, authorization_code):
        return "S256"


class Grant(_app.AuthorizationCodeGrant):
    def save_authorization_code(self, code, request):
        assert request.payload.data["code_challenge_method"] == "S256"
        CHALLENGES[code] = request.payload.data["code_challenge"]
        super().save_authorization_code(code, request)


def auth_time(code):
    """When somebody signed in here: now, but for whom it was open all morning."""
    return int(time.time()) - (3600 if code.user_id.startswith("all-morning") else 0)


class OpenID(_app.OpenIDCode):
    def __call__(self, grant):
        super().__call__(grant)
        Pkce()(grant)


if __name__ == "__main__":
    _storage.AuthorizationCode.get_auth_time = auth_time
    _app.AuthorizationCodeGrant, _app.OpenIDCode = Grant, OpenID
    run_simple("127.0.0.1", int(sys.argv[1]), _app.app(require_nonce=True), threaded=True)
