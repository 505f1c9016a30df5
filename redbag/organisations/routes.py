"""What every address asks of whoever comes: one row for each address and method; without a row it opens to nobody.

ANYONE: no sign-in. SIGNED_IN: any person or key. A permission (or any of several): some role of theirs must grant it,
and at the organisation the thing belongs to; whether the thing is theirs at all comes first (`visible_to`).
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
    "web:board_lists": {"GET": SIGNED_IN},
    "web:residents": {"GET": P.READ_RESIDENTS},
    "web:add_resident": {"GET": P.WRITE_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "web:import_residents": {"GET": P.WRITE_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "web:resident": {"GET": P.READ_RESIDENTS},
    "web:edit_resident": {"GET": P.WRITE_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "web:archive_resident": {"GET": P.WRITE_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "web:return_resident": {"POST": P.WRITE_RESIDENTS},
    "web:documents": {"GET": P.READ_RESIDENTS},
    "web:add_document": {"GET": P.WRITE_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "web:document": {"GET": P.READ_RESIDENTS},
    "web:document_page": {"GET": P.READ_RESIDENTS},
    "web:document_file": {"GET": P.READ_RESIDENTS},
    "web:document_still_right": {"POST": P.WRITE_RESIDENTS},
    "web:remove_document": {"GET": P.WRITE_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "web:restore_document": {"POST": P.WRITE_RESIDENTS},
    "web:portrait": {"GET": P.READ_RESIDENTS},
    "web:observations": {"GET": P.WRITE_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "web:section": {"GET": P.WRITE_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "web:still_right": {"POST": P.WRITE_RESIDENTS},
    "web:score_observation": {"POST": P.WRITE_RESIDENTS},
    "web:going": {"GET": P.PACK, "POST": P.PACK},
    "web:going_why": {"GET": P.PACK, "POST": P.PACK},
    "web:going_still_right": {"GET": P.PACK},
    "web:going_bag": {"GET": P.PACK, "POST": P.PACK},
    "web:going_items": {"GET": P.PACK, "POST": P.PACK},
    "web:going_ready": {"GET": P.PACK},
    "web:going_status": {"GET": P.PACK},
    "web:crew_has_bag": {"POST": P.PACK},
    "web:not_going": {"POST": P.PACK},
    "web:bags": {"GET": P.READ_BAGS},
    "web:add_bag": {"GET": P.WRITE_BAGS, "POST": P.WRITE_BAGS},
    "web:import_bags": {"GET": P.WRITE_BAGS, "POST": P.WRITE_BAGS},
    "web:bag": {"GET": P.READ_BAGS},
    "web:reissue_label": {"GET": P.PRINT_LABELS, "POST": P.PRINT_LABELS},
    "web:labels": {"GET": P.PRINT_LABELS, "POST": P.PRINT_LABELS},
    "web:label_job": {"GET": P.PRINT_LABELS},
    "web:label_progress": {"GET": P.PRINT_LABELS},
    "web:label_file": {"GET": P.PRINT_LABELS},
    "web:calibration": {"GET": P.PRINT_LABELS},
    "web:people": {"GET": P.MANAGE_ENDPOINTS},
    "web:add_person": {"GET": P.MANAGE_ENDPOINTS, "POST": P.MANAGE_ENDPOINTS},
    "web:end_membership": {"GET": P.MANAGE_ENDPOINTS, "POST": P.MANAGE_ENDPOINTS},
    "web:inbound_lists": {"GET": (P.SEE_CLINICAL_VIEW, P.SEE_EMERGENCY_VIEW)},
    "web:scan": {"GET": P.MOVE_BAGS},
    "web:label": {"GET": ANYONE},
    "web:label_capitals": {"GET": ANYONE},
    "web:label_photo": {"GET": (P.SEE_EMERGENCY_VIEW, P.SEE_CLINICAL_VIEW, P.SEE_HOME_VIEW)},
    "web:take_bag": {"POST": P.MOVE_BAGS},
    "web:transfer": {"GET": TRANSFER_READERS},
    "web:transfer_now": {"GET": TRANSFER_READERS},
    "web:transfer_sheet": {"GET": TRANSFER_READERS},
    "web:paper": {"GET": TRANSFER_READERS},
    "web:stop_sheet": {"POST": P.PACK},
    "web:sheet": {"GET": ANYONE, "POST": ANYONE},
    "web:transfer_document": {"GET": TRANSFER_READERS},
    "web:transfer_document_page": {"GET": TRANSFER_READERS},
    "web:transfer_document_file": {"GET": TRANSFER_READERS},
    "web:handover_card": {"GET": TRANSFER_READERS},
    "web:hand_over": {"POST": P.MOVE_BAGS},
    "web:check_contents": {"POST": P.CHECK_BAGS},
    "web:record_outcome": {"POST": P.RECORD_OUTCOME},
    "web:add_words": {"POST": P.PACK},
    "web:take_back": {"GET": P.MOVE_BAGS, "POST": P.MOVE_BAGS},
    "web:write_discharge": {"GET": P.WRITE_DISCHARGE, "POST": P.WRITE_DISCHARGE},
    "web:discharges": {"GET": P.READ_DISCHARGE},
    "web:discharge": {"GET": P.READ_DISCHARGE},
    "web:edit_discharge": {"GET": P.WRITE_DISCHARGE, "POST": P.WRITE_DISCHARGE},
    "web:acknowledge": {"POST": P.ACKNOWLEDGE_DISCHARGE},
    "web:discharge_file": {"GET": P.READ_DISCHARGE},
    "web:reports": {"GET": REPORT_READERS},
    "web:report_file": {"GET": REPORT_READERS},
    "web:journal": {"GET": JOURNAL_READERS},
    "web:access_log": {"GET": JOURNAL_READERS},
    "web:deliveries": {"GET": P.MANAGE_ENDPOINTS},
    "web:replay_delivery": {"POST": P.MANAGE_ENDPOINTS},
    "web:settle_delivery": {"POST": P.MANAGE_ENDPOINTS},
    "web:endpoints": {"GET": P.MANAGE_ENDPOINTS},
    "web:add_endpoint": {"GET": P.MANAGE_ENDPOINTS, "POST": P.MANAGE_ENDPOINTS},
    "web:test_endpoint": {"POST": P.MANAGE_ENDPOINTS},
    "web:remove_endpoint": {"POST": P.MANAGE_ENDPOINTS},
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
    "api:documents": {"GET": P.READ_RESIDENTS, "POST": P.WRITE_RESIDENTS},
    "api:portrait": {"GET": P.READ_RESIDENTS},
    "api:document": {"GET": P.READ_RESIDENTS},
    "api:document_file": {"GET": P.READ_RESIDENTS},
    "api:document_page": {"GET": P.READ_RESIDENTS},
    "api:document_still_right": {"POST": P.WRITE_RESIDENTS},
    "api:remove_document": {"POST": P.WRITE_RESIDENTS},
    "api:restore_document": {"POST": P.WRITE_RESIDENTS},
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
    "api:transfer_documents": {"GET": TRANSFER_READERS},
    "api:transfer_document_file": {"GET": TRANSFER_READERS},
    "api:transfer_document_page": {"GET": TRANSFER_READERS},
    "api:scan_photo": {"GET": (P.SEE_EMERGENCY_VIEW, P.SEE_CLINICAL_VIEW, P.SEE_HOME_VIEW)},
    "api:paper": {"GET": TRANSFER_READERS},
    "api:spoken": {"GET": TRANSFER_READERS},
    "api:scan": {"GET": ANYONE},
    "api:facts": {"POST": SIGNED_IN},
    "api:write_discharge": {"POST": P.WRITE_DISCHARGE},
    "api:discharge": {"GET": P.READ_DISCHARGE},
    "api:discharge_file": {"GET": P.READ_DISCHARGE},
    "api:acknowledge": {"POST": P.ACKNOWLEDGE_DISCHARGE},
    "api:endpoints": {"GET": P.MANAGE_ENDPOINTS, "POST": P.MANAGE_ENDPOINTS},
    "api:endpoint": {"DELETE": P.MANAGE_ENDPOINTS},
    "api:test_endpoint": {"POST": P.MANAGE_ENDPOINTS},
    "api:deliveries": {"GET": P.MANAGE_ENDPOINTS},
    "api:replay": {"POST": P.MANAGE_ENDPOINTS},
    "api:reports": {"GET": REPORT_READERS},
    "api:report": {"GET": REPORT_READERS},
    "api:journal": {"GET": JOURNAL_READERS},
    "api:access_log": {"GET": JOURNAL_READERS},
}

ROUTES = PAGES | API


def rule(route: str, method: str) -> Rule | None:
    """What a route asks for a method (HEAD like GET, OPTIONS like nobody's), or None when it has no such row."""
    return ROUTES.get(route, {}).get("GET" if method == "HEAD" else method)
