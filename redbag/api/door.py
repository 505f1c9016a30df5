"""What every call of the API shares: finding things that are the caller's, and asking twice safely."""

import functools
import hashlib
import json
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from redbag.api.models import Answer
from redbag.api.problems import Unprocessable, answer
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.organisations.routes import Open, rule


def json_object(request) -> dict:
    """The JSON object that was sent, or 422."""
    if not isinstance(request.data, dict):
        raise Unprocessable({"body": "Send a JSON object."})
    return request.data


def own_place(actor: Actor, code: object, permission: Permission, *, field: str = "home") -> Organisation:
    """The organisation a call is for: the one named in `field`, else the only one where the caller may do this."""
    granted = actor.organisations_with(permission)
    mine = {post.organisation.pk: post.organisation for post in actor.posts if post.organisation.pk in granted}
    if code:
        place = next((place for place in mine.values() if place.ods_code == str(code).upper()), None)
        if place is None:
            raise NotFound
        return place
    if len(mine) != 1:
        raise Unprocessable({field: "You work at several places. Say for which one (ODS code)."})
    return next(iter(mine.values()))


class Pages(CursorPagination):
    """Lists answer `results` and the address of the next page, or null."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def get_paginated_response(self, data):
        return Response({"results": data, "next": self.get_next_link()})


class Door(APIView):
    """A call of the API. `now` is read once per request.

    `answers_again`: a POST that comes again with its Idempotency-Key is answered from what was kept; never a secret.
    """

    answers_again = True

    def __init_subclass__(cls, **kwargs) -> None:
        super().__init_subclass__(**kwargs)
        if cls.answers_again and "post" in cls.__dict__:
            cls.post = _once(cls.__dict__["post"])

    def initial(self, request, *args, **kwargs):
        self.now = timezone.now()
        super().initial(request, *args, **kwargs)

    @property
    def actor(self) -> Actor:
        return self.request.user

    def find(self, queryset: models.QuerySet, pk):
        """The row with this id among those the caller may see, or 404."""
        row = queryset.filter(pk=pk).first()
        if row is None:
            raise NotFound
        return row

    def allow(self, organisation) -> None:
        """Ask the permission table for this call at the organisation the thing belongs to; 403 otherwise."""
        asked = rule(self.request.resolver_match.view_name, self.request.method)
        if not isinstance(asked, Open):
            require(self.actor, asked, organisation)

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """A filter from the address, empty when it was not sent; 422 when it is none of what is allowed."""
        value = self.request.query_params.get(name, "")
        if value and value not in allowed:
            raise Unprocessable({name: f"Choose one of: {', '.join(allowed)}."})
        return value

    def page(self, queryset: models.QuerySet, show, *, order: tuple[str, ...]) -> Response:
        """One page of a list, each row turned into what the caller sees by `show`."""
        pages = Pages()
        pages.ordering = order
        try:
            rows = pages.paginate_queryset(queryset, self.request, view=self)
        except (ValidationError, ValueError):
            raise Unprocessable({"cursor": "Follow `next` as it was given, or start again without cursor."}) from None
        return pages.get_paginated_response([show(row) for row in rows])


def _once(post):
    """Answer a POST that comes again with its Idempotency-Key as the first time."""

    @functools.wraps(post)
    def once(self, request, *args, **kwargs):
        key = request.headers.get("Idempotency-Key", "")
        if not key or self.actor is None:
            return post(self, request, *args, **kwargs)
        caller = self.actor.user_id or self.actor.key_id
        said = hashlib.sha256(f"{request.path}\n".encode() + request._request.body).hexdigest()
        try:
            with transaction.atomic():
                kept = Answer.objects.create(caller=caller, key=key[:200], request_digest=said, at=self.now)
        except IntegrityError:
            return _again(Answer.objects.filter(caller=caller, key=key[:200]).first(), said)
        try:
            response = post(self, request, *args, **kwargs)
        except BaseException:
            kept.delete()
            raise
        kept.status, kept.body = response.status_code, json.dumps(response.data, cls=JSONEncoder)
        kept.save(update_fields=["status", "body"])
        return response

    return once


def _again(kept: Answer | None, said: str) -> Response:
    if kept is None or kept.status is None:
        return answer(409, "The first call with this key is still being worked on. Try again.", "still_working")
    if kept.request_digest != said:
        return answer(422, "This Idempotency-Key came with another call before. Use a new one.", "key_used_before")
    return Response(json.loads(kept.body), status=kept.status)
