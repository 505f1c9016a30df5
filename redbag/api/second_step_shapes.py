"""What the API says of somebody's second step."""

from rest_framework import serializers as s


class SecondFactorShape(s.Serializer):
    required = s.BooleanField(help_text="their role needs one; never in the training world")
    app = s.BooleanField(help_text="an app on their phone makes codes")
    passkeys = s.IntegerField()
    recovery_codes_left = s.IntegerField()
