"""What people show besides a password: an app on their phone, passkeys, recovery codes."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.models import User
from redbag.vault import SealedTextField


class Authenticator(models.Model):
    """The app on somebody's phone that makes six digits every 30 seconds (RFC 6238).

    `last_step` is the half minute whose digits were used last: no digits are taken twice, nor older ones after newer.
    """

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="authenticator")
    secret = SealedTextField()
    last_step = models.PositiveBigIntegerField()
    added_at = models.DateTimeField()


class RecoveryCode(models.Model):
    """One of the codes on paper for the day the phone is lost; only its digest is kept, and it is used once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Passkey(models.Model):
    """A key that lies in somebody's phone, tablet or USB key (WebAuthn).

    `credential` is its name among all keys and `public` what checks its signatures, both in base64url; neither is a
    secret. `counter` is how often it says it has signed; many keys always say 0.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential = models.CharField(max_length=1400, unique=True)
    public = models.TextField()
    counter = models.PositiveBigIntegerField(default=0)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="a_passkey_has_a_name")]
