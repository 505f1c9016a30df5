"""Medicines written on one line, so that a table of them can be read: name ; dose ; how often ; part=words & ..."""

from redbag.medicines.listed import Line, Listed


def one(line: str) -> Listed:
    """The medicine that a line of a table names."""
    name, dose, frequency, more = [cell.strip() for cell in (line + " ;  ;  ; ").split(";")[:4]]
    parts = dict(each.strip().split("=", 1) for each in more.split(" & ") if "=" in each)
    critical = parts.pop("time_critical", "") == "yes"
    return Listed(name=name, dose=dose, frequency=frequency, time_critical=critical, **parts)


def listed(*lines: str) -> list[Listed]:
    """A list of such lines."""
    return [one(line) for line in lines]


def told(lines: list[Line]) -> list[tuple[str, str, str]]:
    """Kind, name before and name after of each line."""
    return [(line.kind, *(each.name if each else "" for each in (line.before, line.after))) for line in lines]
