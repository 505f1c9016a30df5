"""The first page after signing in."""

from django.shortcuts import render


def board(request):
    return render(request, "pages/board/board.html")
