"""The journal's signed checkpoints, open to everybody who wants to keep a copy."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from redbag.journal import checkpoints as signed

ON_THE_PAGE = 31
MOST = 4000


@require_safe
@never_cache
def checkpoints(request: HttpRequest) -> HttpResponse:
    """The last month's checkpoints, with the key by which anybody can check them."""
    rows = signed.newest(limit=ON_THE_PAGE)
    late = bool(rows) and not signed.made_on(timezone.localdate())
    context = {"rows": rows, "keys": signed.public_keys(), "late": late}
    return render(request, "pages/journal/checkpoints.html", context)


@require_safe
@never_cache
def checkpoints_file(request: HttpRequest) -> HttpResponse:
    """The newest 4,000 checkpoints as they were signed, the newest first, and the keys that are accepted."""
    rows = [signed.published(row) for row in signed.newest(limit=MOST)]
    return JsonResponse({"keys": signed.public_keys(), "checkpoints": rows})
