"""Is the service well: /healthz, /readyz, /metrics."""

import hmac
import ipaddress

from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from redbag.discharges.mail_folder import lying_in_folder
from redbag.journal import missed
from redbag.journal.liveness import ages

LIMITS = {"worker": 60, "sealer": 60}


@never_cache
def healthz(request):
    """The process is up."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request):
    """Database, broker, worker and journal sealer answer, with their ages in seconds; 503 when one does not.

    Also how much mail waits to be taken in, is to be tried again, or has failed.
    """
    parts: dict = {}
    try:
        beats = ages(now=timezone.now())
        parts["database"] = {"ok": True}
    except DatabaseError:
        beats = {}
        parts["database"] = {"ok": False}
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
        parts["broker"] = {"ok": True}
    except Exception:  # whatever a broker client raises, it means the broker is away
        parts["broker"] = {"ok": False}
    for name, limit in LIMITS.items():
        age = beats.get(name)
        parts[name] = {"ok": age is not None and age < limit, "age": age}
    parts["mail"] = {"ok": True, **lying_in_folder()}
    aside = {"looks_kept_aside": missed.waiting(), "looks_unreadable": missed.unreadable()}
    parts["journal"] = {"ok": True, **aside}  # whoever reads beside a patient reads on
    parts["queue"] = {"ok": True, **{k: v for k, v in beats.items() if k not in LIMITS}}
    ready = all(part["ok"] for part in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


@never_cache
def metrics(request):
    """Prometheus, from loopback or with METRICS_TOKEN as bearer."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = bool(settings.METRICS_TOKEN) and hmac.compare_digest(bearer, settings.METRICS_TOKEN)
    near = ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback
    forwarded = "X-Forwarded-For" in request.headers
    if not known and (not near or forwarded):
        return HttpResponseForbidden("Send METRICS_TOKEN as bearer token.", content_type="text/plain")
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
