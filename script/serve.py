"""Runs web, worker and schedule together: Ctrl-C, SIGTERM or the end of one ends all, and nothing stays behind."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

HOST = os.environ.setdefault("HOST", "127.0.0.1")
PORT = os.environ.setdefault("PORT", "8000")
DATA = Path(os.environ["REDBAG_DATA"])
SECONDS_TO_STOP = 8

PREPARE = [sys.executable, "script/prepare.py"]
WEB = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"]
WORKER = [sys.executable, "script/worker.py"]

stops = []


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: stops.append(number))
    if "--lan" in sys.argv:
        serve_the_network()
    os.environ.setdefault("PUBLIC_URL", f"http://{'127.0.0.1' if HOST == '0.0.0.0' else HOST}:{PORT}")
    if not os.environ.get("DATABASE_URL"):
        os.environ.setdefault("ALLOWED_HOSTS", f"{HOST},localhost,127.0.0.1,[::1]")
    if taken():
        print(f"Port {PORT} is taken by another program. PORT=8001 script/server uses another.", file=sys.stderr)
        return 1

    prepared = DATA / "ready.txt"
    if status := run([*PREPARE, str(prepared)]):
        return status
    threading.Thread(target=announce, args=[prepared], daemon=True).start()
    return run(WEB, WORKER)


def serve_the_network() -> None:
    """Set the environment for https on every address of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which address a packet would leave from
            address = probe.getsockname()[0]
        except OSError:
            address = "127.0.0.1"
    name = socket.gethostname()
    os.environ |= {
        "HOST": "0.0.0.0",
        "PUBLIC_URL": f"https://{address}:{PORT}",
        "ALLOWED_HOSTS": f"{address},{name},{name}.local,localhost,127.0.0.1",
        "TLS_CERTIFICATE": str(DATA / "tls/certificate.pem"),
        "TLS_KEY": str(DATA / "tls/key.pem"),
    }


def taken() -> bool:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((os.environ["HOST"], int(PORT)))
        except OSError:
            return True
    return False


def run(*commands: list[str]) -> int:
    """Run the commands side by side until one ends or a stop is asked for; return 0 for a stop, else its status."""
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]
    while not stops and all(process.poll() is None for process in running):
        time.sleep(0.1)
    status = 0 if stops else next(process.returncode for process in running if process.returncode is not None)
    send(signal.SIGTERM, running)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while any(process.poll() is None for process in running) and time.monotonic() < deadline:
        time.sleep(0.05)
    send(signal.SIGKILL, running)
    for process in running:
        process.wait()
    if stops:
        sys.exit(128 + stops[0])
    return status


def send(number: int, running: list[subprocess.Popen]) -> None:
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)


def announce(text: Path) -> None:
    """Print the text once the server answers."""
    scheme = "https" if "TLS_KEY" in os.environ else "http"
    own_certificate = ssl.create_default_context()
    own_certificate.check_hostname, own_certificate.verify_mode = False, ssl.CERT_NONE
    local = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=own_certificate)
    )
    host = "127.0.0.1" if os.environ["HOST"] == "0.0.0.0" else HOST
    while not stops:
        try:
            local.open(f"{scheme}://{host}:{PORT}/healthz", timeout=5)
        except urllib.error.HTTPError as error:
            print(f"The server answers, but not well: {error}", file=sys.stderr)
            return
        except OSError:
            time.sleep(0.1)
        else:
            print(text.read_text(), flush=True)
            return


if __name__ == "__main__":
    sys.exit(main())
