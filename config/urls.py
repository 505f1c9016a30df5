"""Every address of the service."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("redbag.api.urls")),
    path("", include("redbag.web.urls")),
]

handler400 = "config.problems.bad_request"
handler404 = "config.problems.not_found"
handler500 = "config.problems.broken"
