"""What every address asks of whoever comes: one row for each address and method. An address without a row opens to nobody.

ANYONE: no sign-in. SIGNED_IN: any person or key. A permission (or any of several): some role of theirs must grant it, and at the organisation the thing
belongs to; whether the thing is theirs at all comes first (`visible_to`).
"""

from enum import StrEnum

from redbag.organisations.access import Permission as P


class Open(StrEnum):
    ANYONE = "anyone"
    SIGNED_IN = "anyone signed in"


Rule = Open | P | tuple[P, ...]
ANYONE, SIGNED_IN = Open.ANYONE, Open.SIGNED_IN
TRANSFER_READERS = (P.READ_TRANSFERS, P.READ_HELD_TRANSFERS)
REPORT_READERS = (P.READ_REPORTS, P.READ_AREA_REPORTS)
JOURNAL_READERS = (P.READ_JOURNAL, P.READ_AREA_JOURNAL)

PAGES: dict[str, dict[str, Rule]] = {
    "web:board": {"GET": SIGNED_IN},
    "web:sign_in": {"GET": ANYONE, "POST": ANYONE},
    "web:sign_out": {"POST": SIGNED_IN},
    "web:healthz": {"GET": ANYONE},
    "web:readyz": {"GET": ANYONE},
    "web:metrics": {"GET": ANYONE},
}

API: dict[str, dict[str, Rule]] = {
    "api:openapi": {"GET": ANYONE},
    "api:docs": {"GET": ANYONE},
    "api:session": {"POST": ANYONE, "DELETE": SIGNED_IN},
    "api:me": {"GET": SIGNED_IN},
    "api:residents": {"GET": P.READ_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "api:resident": {"GET": P.READ_RESIDENTS, "PATCH": P.WRITE_RESIDENTS},
    "api:summary": {"GET": P.READ_RESIDENTS, "PUT": P.WRITE_RESIDENTS},
    "api:observations": {"POST": P.WRITE_RESIDENTS},
    "api:bags": {"GET": P.READ_BAGS, "POST": P.WRITE_BAGS},
    "api:bag": {"GET": P.READ_BAGS},
    "api:bag_label": {"GET": P.READ_BAGS},
    "api:reissue": {"POST": P.PRINT_LABELS},
    "api:labels": {"POST": P.PRINT_LABELS},
    "api:label_job": {"GET": P.PRINT_LABELS},
    "api:label_file": {"GET": P.PRINT_LABELS},
    "api:transfers": {"GET": TRANSFER_READERS, "POST": P.PACK},
    "api:transfer": {"GET": TRANSFER_READERS, "PATCH": P.PACK},
    "api:handover_code": {"POST": P.MOVE_BAGS},
    "api:snapshot": {"GET": TRANSFER_READERS},
    "api:scan": {"GET": SIGNED_IN},
    "api:facts": {"POST": SIGNED_IN},
    "api:write_discharge": {"POST": P.WRITE_DISCHARGE},
    "api:discharge": {"GET": P.READ_DISCHARGE},
    "api:discharge_file": {"GET": P.READ_DISCHARGE},
    "api:acknowledge": {"POST": P.ACKNOWLEDGE_DISCHARGE},
    "api:endpoints": {"GET": P.MANAGE_ENDPOINTS, "POST": P.MANAGE_ENDPOINTS},
    "api:test_endpoint": {"POST": P.MANAGE_ENDPOINTS},
    "api:deliveries": {"GET": P.MANAGE_ENDPOINTS},
    "api:replay": {"POST": P.MANAGE_ENDPOINTS},
    "api:reports": {"GET": REPORT_READERS},
    "api:report": {"GET": REPORT_READERS},
    "api:journal": {"GET": JOURNAL_READERS},
    "api:access_log": {"GET": P.READ_JOURNAL},
}

ROUTES = PAGES | API


def rule(route: str, method: str) -> Rule | None:
    """What a route asks for a method (HEAD like GET, OPTIONS like nobody's), or None when it has no such row."""
    return ROUTES.get(route, {}).get("GET" if method == "HEAD" else method)
