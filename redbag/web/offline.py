"""The pages that work without a network, and what the browser needs to keep them."""

import functools
import hashlib
import json
import posixpath
import re
from pathlib import Path

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

STATIC = Path(__file__).resolve().parent.parent / "static"
KEPT = (
    "vendor/nhsuk/nhsuk-frontend.css",
    "vendor/idb/index.js",
    "vendor/zxing/reader/index.js",
    "vendor/zxing/reader/zxing_reader.wasm",
    "vendor/zxing/share.js",
    "redbag/redbag.css",
    "redbag/emergency.css",
    "redbag/mark.svg",
    "redbag/start.js",
    "redbag/scanner.js",
    "redbag/modules/scan.js",
    "redbag/modules/connection.js",
    "redbag/modules/offline.js",
)
NOBODY = {"actor": None, "messages": [], "demo": settings.DEMO, "caution": settings.CAUTION, "for_everybody": True}
IMPORTED = re.compile(r'(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"')
SHELL, HONEST = "pages/offline/shell.html", "pages/offline/what_works.html"


def kept_files() -> list[str]:
    """What a browser keeps to work without a network: paths below the static root, with all that modules ask for."""
    files = [*KEPT, *sorted(f"redbag/offline/{path.name}" for path in (STATIC / "redbag/offline").glob("*.js"))]
    for name in files:  # grows while it is read
        if name.endswith(".js"):
            wanted = (posixpath.normpath(f"{name}/../{each}") for each in IMPORTED.findall((STATIC / name).read_text()))
            files += [each for each in dict.fromkeys(wanted) if each not in files]
    return files


@functools.cache
def _worker() -> str:
    """The service worker with its list of addresses and a version made of what they hold."""
    files, pages = kept_files(), (SHELL, HONEST)
    seen = hashlib.sha256(b"".join((STATIC / name).read_bytes() for name in files))
    for page in pages:
        seen.update(render_to_string(page, NOBODY).encode())
    code = (STATIC / "redbag/sw.js").read_text()
    seen.update(code.encode())
    addresses = [reverse("web:offline"), reverse("web:what_works")]
    for name in files:  # modules ask for each other by their plain names, pages by the names of the storage
        addresses += [f"{settings.STATIC_URL}{name}", static(name)]
    version, kept = seen.hexdigest()[:16], list(dict.fromkeys(addresses))
    return f"const VERSION = {json.dumps(version)}\nconst KEPT = {json.dumps(kept)}\n{code}"


def service_worker(request: HttpRequest) -> HttpResponse:
    """The small program that answers when the network does not."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def manifest(request: HttpRequest) -> HttpResponse:
    """What a tablet shows of the service on its home screen."""
    icon = {"type": "image/png", "purpose": "any"}
    return JsonResponse(
        {
            "id": "/",
            "name": "Red Bag",
            "short_name": "Red Bag",
            "lang": "en-GB",
            "start_url": reverse("web:board"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f0f4f5",
            "theme_color": "#b8101c",
            "icons": [
                {**icon, "src": static("redbag/icons/192.png"), "sizes": "192x192"},
                {**icon, "src": static("redbag/icons/512.png"), "sizes": "512x512"},
                {**icon, "src": static("redbag/icons/maskable.png"), "sizes": "512x512", "purpose": "maskable"},
            ],
        },
        content_type="application/manifest+json",
    )


@csp_update({"script-src": ["'wasm-unsafe-eval'"]})
def offline(request: HttpRequest) -> HttpResponse:
    """The empty house for the pages without a network: the same for everybody, filled from what the tablet keeps."""
    return _for_everybody(request, SHELL)


def what_works(request: HttpRequest) -> HttpResponse:
    """What works without a network, and what does not."""
    return _for_everybody(request, HONEST)


def _for_everybody(request: HttpRequest, page: str) -> HttpResponse:
    answer = render(request, page, NOBODY)
    answer["Cache-Control"] = "no-cache"
    return answer
