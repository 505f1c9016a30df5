"""Pages that say what went wrong and what to do now."""

from django.shortcuts import render
from django.urls import reverse


def page(request, *, status: int, title: str, words: str, link: tuple[str, str] = ("/", "Go to the first page")):
    """A page with one problem, in words, and one way on."""
    return render(request, "pages/problem/problem.html", {"title": title, "words": words, "link": link}, status=status)


def not_found(request, exception=None):
    words = "It may have moved, or it belongs to another organisation. Nothing was changed."
    return page(request, status=404, title="This page is not here", words=words)


def wrong_method(request):
    return page(request, status=405, title="This page is not here", words="Go back and use the buttons on the page.")


def not_allowed(request, exception=None):
    if getattr(request, "sitting", None) is not None and request.sitting.how == "pin":
        words = "With a PIN this does not open. If your work covers it, sign in with your e-mail. Nothing was changed."
        link = (reverse("web:sign_in", query={"full": 1, "next": request.path}), "Sign in with e-mail")
        return page(request, status=403, title="Sign in with your e-mail for this", words=words, link=link)
    words = "Your role does not cover this. Ask your manager if you need it. Nothing was changed."
    return page(request, status=403, title="You cannot do this", words=words)


def refused(request, refusal):
    words = f"{refusal} Nothing was changed."
    if wait := getattr(refusal, "wait", 0):
        answer = page(request, status=429, title="Wait a little", words=words)
        answer["Retry-After"] = str(wait)
        return answer
    return page(request, status=409, title="This cannot be done now", words=words)


def busy(request, refusal):
    again = (request.get_full_path(), "Try again")
    answer = page(request, status=503, title="One moment", words=f"{refusal}", link=again)
    answer["Retry-After"] = "5"
    return answer


def gone(request, refusal):
    return page(request, status=410, title="This cannot be read any more", words=f"{refusal}")


def bad_input(request, wrong):
    words = f"{' '.join(wrong.errors.values())} Use the back button: what you typed is still there."
    return page(request, status=422, title="Something needs changing", words=words)


def form_expired(request, reason=""):
    words = "The page was open for a long time, or cookies are off. Go back, reload the page and try again."
    return page(request, status=403, title="This page is out of date", words=words)


def bad_request(request):
    words = "What was sent could not be read. It may have been too large. Go back and try again."
    return page(request, status=400, title="Something needs changing", words=words)


def broken(request):
    words = "Something broke on our side. What was saved before is safe. Try again, and ring if it is urgent."
    return page(request, status=500, title="Something went wrong", words=words)
