"""The least a server can do: bare views without middleware, and the service beside them, in one process."""

import os
import uuid

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from redbag import rows  # noqa: E402

rows.outside = rows.ALL

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models, transaction  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402


class BareBag(models.Model):
    token = models.CharField(max_length=40, unique=True)
    stage = models.CharField(max_length=20)
    changes = models.IntegerField()

    class Meta:
        app_label = "bench"


class BareFact(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    bag = models.ForeignKey(BareBag, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        app_label = "bench"


@csrf_exempt
def hand_off(request, number):
    """Lock a row, insert, update, in one transaction."""
    with transaction.atomic():
        bag = BareBag.objects.select_for_update().get(pk=number)
        BareFact.objects.create(bag=bag, at=timezone.now())
        bag.changes += 1
        bag.save(update_fields=["changes"])
    return JsonResponse({"ok": True})


def scan(request, number):
    """One indexed SELECT and one INSERT."""
    bag = BareBag.objects.get(token=f"token-{number}")
    BareFact.objects.create(bag=bag, at=timezone.now())
    return JsonResponse({"stage": bag.stage})


urlpatterns = [path("bare/hand-off/<int:number>", hand_off), path("bare/scan/<int:number>", scan)]

service = get_wsgi_application()
with override_settings(MIDDLEWARE=[]):
    bare = WSGIHandler()


def override_urlconf(handler):
    """The handler, resolving the addresses of this file."""
    original = handler.resolve_request

    def resolve(request):
        request.urlconf = __name__
        return original(request)

    handler.resolve_request = resolve
    return handler


bare = override_urlconf(bare)


def application(environ, start_response):
    """Requests under /bare/ meet no middleware; all others the service."""
    handler = bare if environ["PATH_INFO"].startswith("/bare/") else service
    return handler(environ, start_response)
