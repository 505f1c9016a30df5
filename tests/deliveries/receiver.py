"""A receiver of pushes: a real HTTP server on loopback that answers as told and remembers what came."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE = 60


@dataclass
class Got:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What to say: a status with headers; `hold` waits until the receiver is let go before saying it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hold: bool = False
    drip: bool = False
    raw: bytes = b""


class Receiver:
    """Give `answers` what to say, in turn; after the last one it says 200."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.got: list[Got] = []
        self.changed = threading.Condition()
        self.let_go = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"

    def wait_for(self, count: int) -> None:
        """Return once so many requests have come; fail when they do not."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.got) >= count, timeout=PATIENCE), f"{len(self.got)} came"

    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.got]

    def _handler(receiver):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with receiver.changed:
                    receiver.got.append(Got(path=self.path, headers=headers, body=body))
                    answer = receiver.answers.pop(0) if receiver.answers else Answer()
                    receiver.changed.notify_all()
                if answer.hold:
                    receiver.let_go.wait(PATIENCE)
                try:
                    self._say(answer)
                except OSError:
                    self.close_connection = True

            def do_GET(self):
                with receiver.changed:
                    receiver.got.append(Got(path=self.path, headers={}, body=b"GET"))
                self._say(Answer())

            def _say(self, answer):
                if answer.raw:
                    self.close_connection = True
                    self.wfile.write(answer.raw)
                    return
                if answer.drip:
                    self.close_connection = True
                    while not receiver.let_go.wait(0.02):
                        self.wfile.write(b"H")
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *args):
                pass

        return Handler


@contextmanager
def receiving():
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.let_go.set()
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()
