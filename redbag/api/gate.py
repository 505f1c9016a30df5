"""The permission table, before a call is looked at."""

from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import BasePermission

from redbag.errors import NotAllowed
from redbag.organisations.access import open_rows, require_anywhere
from redbag.organisations.routes import VISITORS, Open, rule


class Gate(BasePermission):
    """The permission table, before anything else is looked at."""

    def has_permission(self, request, view) -> bool:
        route = request.resolver_match.view_name
        asked = rule(route, request.method)
        open_rows(request.user)
        if asked is None:
            raise MethodNotAllowed(request.method)
        if asked == Open.ANYONE:
            return True
        if request.user is None:
            raise NotAuthenticated("Sign in first, or send a bearer token.")
        if request.user.visit is not None:
            if route not in VISITORS:
                raise NotAllowed("This token opens one journey and nothing else.")
            return True
        if request.user.facts_only and route != "api:facts":
            raise NotAllowed("This token may only send facts.")
        if not isinstance(asked, Open) and not request.resolver_match.kwargs:
            require_anywhere(request.user, asked)
        return True
