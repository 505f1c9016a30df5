"""What residents and families are told about their record, in easy words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def notice(request: HttpRequest) -> HttpResponse:
    """The notice, for anybody, to read or to print."""
    return render(request, "pages/notice/notice.html")
