"""What crew and ward must know of decisions and the law: where it holds, who speaks for the person. Pure."""

from collections.abc import Mapping

from redbag.transfers.lines import Line

DECIDE = "The hospital must decide for itself"


def legal_lines(content: Mapping, *, home: str) -> list[Line]:
    """Attorneys, advocate, liberty safeguards, mental-health leave and objections; only what is recorded.

    `content` is the section `legal`. An authorisation of the home never holds in hospital, and the line says so.
    """
    lines = [
        Line(
            "attorneys", "Attorney or deputy", "; ".join(filter(None, map(_attorney, content.get("attorneys") or [])))
        ),
        Line("capacity_legal", "Capacity for this transfer", content.get("capacity") or ""),
        Line("imca", "Independent advocate", content.get("imca") or ""),
        Line("dols", "Liberty safeguards (DoLS)", _dols(content, home)),
        Line("mental_health", "Mental Health Act", content.get("mental_health") or ""),
        Line("objection", "Objects to", _objection(content)),
    ]
    return [line for line in lines if line.words]


def _attorney(row: Mapping) -> str:
    seen = f"paper seen by {row['seen']}" if row.get("seen") else "paper not seen"
    named = ", ".join(filter(None, (row.get("name"), row.get("kind"))))
    return f"{named} ({seen})" if named else ""


def _dols(content: Mapping, home: str) -> str:
    """Where the safeguards hold; empty when there are none and when nobody said."""
    state, where = content.get("dols_state"), content.get("dols") or ""
    if state == "none" or (state not in ("authorised", "applied") and not where):
        return ""
    only = f"{home} only"
    first = {"applied": f"Applied for by {home}, not authorised yet", "authorised": f"Authorised at {only}"}.get(
        state or "", only
    )
    if only.casefold() in where.casefold():
        first = "Authorised" if state == "authorised" else first if state == "applied" else ""
    decide = "" if DECIDE.casefold() in where.casefold() else DECIDE
    told = content.get("dols_told")
    parts = [first, where, decide, f"DoLS team told: {told}" if told else "DoLS team not told of this journey yet"]
    return ". ".join(part.strip().rstrip(".") for part in parts if part)


def _objection(content: Mapping) -> str:
    return ". ".join(filter(None, (content.get("objection"), content.get("objection_effect"))))
