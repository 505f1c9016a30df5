"""How long a second start takes until /healthz answers, and how much memory all processes hold when idle.

The promises: 8 s, and 400 MB together.
"""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES, SETTLE = 8, 400, 20


def start(data: str) -> tuple[subprocess.Popen, float]:
    """The embedded service on a free port, and after how many seconds it answered."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = ("DATABASE_URL", "BROKER_URL", "CACHE_URL")
    surroundings = {name: value for name, value in os.environ.items() if name not in names}
    surroundings |= {"REDBAG_DATA": data, "PORT": str(port), "DEMO": "1"}
    began = time.monotonic()
    server = subprocess.Popen(
        [str(ROOT / "script/server")],
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while time.monotonic() - began < 180:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            return server, time.monotonic() - began
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server did not start")


def stop(server: subprocess.Popen) -> None:
    """Stop all of it."""
    server.send_signal(signal.SIGTERM)
    server.wait(30)


def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        stop(start(data)[0])
        server, seconds = start(data)
        time.sleep(SETTLE)
        family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
        megabytes = sum(process.memory_info().rss for process in family) / 2**20
        stop(server)
    print("| what | measured | promised |\n|---|---|---|")
    print(f"| second start until it answers | {seconds:.1f} s | {SECONDS} s |")
    print(f"| resident memory of {len(family)} processes, idle | {megabytes:.0f} MB | {MEGABYTES} MB |")
    raise SystemExit(seconds > SECONDS or megabytes > MEGABYTES)


if __name__ == "__main__":
    main()
