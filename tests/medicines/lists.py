"""Medicines written on one line, so that a table of them can be read: name ; dose ; how often ; part=words & ..."""

from redbag.medicines.listed import Listed


def one(line: str) -> Listed:
    """The medicine that a line of a table names."""
    name, dose, frequency, more = [cell.strip() for cell in (line + " ;  ;  ; ").split(";")[:4]]
    parts = dict(each.strip().split("=", 1) for each in more.split(" & ") if "=" in each)
    critical = parts.pop("time_critical", "") == "yes"
    return Listed(name=name, dose=dose, frequency=frequency, time_critical=critical, **parts)


def listed(*lines: str) -> list[Listed]:
    """A list of such lines."""
    return [one(line) for line in lines]


def told(lines) -> list[tuple[str, str, str]]:
    """Kind and both names of each line, to compare with."""
    return [
        (each.kind, each.before.name if each.before else "", each.after.name if each.after else "") for each in lines
    ]
