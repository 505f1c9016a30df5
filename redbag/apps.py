"""The one Django app."""

from django.apps import AppConfig


class RedBag(AppConfig):
    name = "redbag"
    label = "redbag"
    default_auto_field = "django.db.models.BigAutoField"
