"""Every address of the service."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("redbag.api.urls")),
    path("", include("redbag.web.urls")),
]
