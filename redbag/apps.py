"""The one Django app."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from redbag.rows.checks import role_is_held


class RedBag(AppConfig):
    name = "redbag"
    label = "redbag"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        register(role_is_held, Tags.database)
