"""Addresses of pages."""

from django.urls import path

from redbag.web import board, health, sign_in

app_name = "web"
urlpatterns = [
    path("", board.board, name="board"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
