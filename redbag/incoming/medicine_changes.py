"""What a document says happened to a medicine: stopped only where it says so, and nothing else beside it."""

TWO_THINGS = "The document says two things of it: stopped, and {said}"
ENDED = {
    "completed": "The document says that the course is complete",
    "cancelled": "The document says that the order was cancelled",
}
AND_SAID = "{ended}, and {said}"
BESIDE_OTHERS = "The heading over it names stopped medicines beside others"
ASK = "{name}: {why}. Ask what is meant."


def what_happened(said: str, *, status: str = "", headed: str = "") -> tuple[str, str]:
    """Started, stopped, changed, continued, nothing, or unclear, and in words why it is unclear.

    `said` is the medicine's own word; `status` is stopped, completed, cancelled, or empty; `headed` what the headings
    over it say, stopped or unclear.
    """
    if "stopped" in (said, status, headed):
        return ("stopped", "") if said in ("", "stopped") else ("unclear", TWO_THINGS.format(said=said))
    if status in ENDED:
        return "unclear", AND_SAID.format(ended=ENDED[status], said=said) if said else ENDED[status]
    if headed and not said:
        return "unclear", BESIDE_OTHERS
    return said, ""
