"""Brings the database up to date, the first time with the demo world; writes what to tell the person who started it."""

import gc
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from redbag import rows

ACCOUNTS = """\
carer@oakview.example           care home staff   Oakview
senior@oakview.example          senior            Oakview
manager@oakview.example         home manager      Oakview
administrator@oakview.example   administrator     Oakview
carer@millbrook.example         care home staff   Millbrook House
manager@millbrook.example       home manager      Millbrook House
crew@lifeline.example           ambulance crew    Lifeline Ambulance Service
administrator@lifeline.example  administrator     Lifeline Ambulance Service
ward@stmarys.example            ward              St Mary's Hospital
discharge@stmarys.example       discharge team    St Mary's Hospital
ward@northgate.example          ward              Northgate Hospital
auditor@area.example            area manager      Area board
"""


def main(told: Path) -> None:
    django.setup()
    rows.outside = rows.ALL
    if os.environ.get("TLS_KEY"):
        from certificate import keep_certificate

        keep_certificate(
            certificate=Path(os.environ["TLS_CERTIFICATE"]),
            key=Path(os.environ["TLS_KEY"]),
            names=settings.ALLOWED_HOSTS,
        )
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when it is missing
    gc.set_threshold(200_000, 5, 5)  # migrations make classes by the ten thousand
    call_command("migrate", verbosity=0)
    if settings.DEMO and not apps.get_model("redbag", "Organisation").objects.exists():
        print("-- loading the demo world", file=sys.stderr)
        call_command("seed_demo", stdout=sys.stderr)
    told.write_text(announcement())


def announcement() -> str:
    lines = ["", f"Red Bag is at {settings.PUBLIC_URL}"]
    if os.environ.get("TLS_KEY"):
        lines.append("Its certificate is its own: each device asks once whether to trust it.")
    if settings.DEMO:
        lines += [f"Demo accounts, password {settings.DEMO_PASSWORD}:", ACCOUNTS]
    return "\n".join([*lines, "Ctrl-C stops it."])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
