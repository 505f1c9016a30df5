"""What a caller was answered, so that asking twice does nothing twice."""

from django.db import models

from redbag.vault import SealedTextField


class Answer(models.Model):
    """The answer to a POST that came with an Idempotency-Key. Empty `status`: still being worked out."""

    caller = models.UUIDField()
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = SealedTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="a_caller_uses_an_idempotency_key_once")]
        indexes = [models.Index(fields=["at"], name="answer_by_time")]
