"""One POST, to an address that was checked, ended by the clock however slowly the other side talks."""

import http.client
import io
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from redbag.deliveries.addresses import checked, reachable

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the receiver said: an HTTP status and how long it asks to be left alone."""

    status: int
    retry_after: str | None = None


def post(address: str, *, body: bytes, headers: Mapping[str, str], seconds: float = TOTAL_SECONDS) -> Reply:
    """POST the body and return the reply's status; no redirect is followed and no reply's body is read.

    Raises AddressRefused, OSError (TimeoutError among them) or http.client.HTTPException. The name is looked up once,
    and the connection made to what was looked up.
    """
    parts = checked(address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    until = monotonic() + seconds
    connection = http.client.HTTPConnection(host, port)
    connection.sock = _Line(_connect(host, port, secure=secure, until=until), until=until)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", parts.netloc)
        for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return Reply(status=response.status, retry_after=response.getheader("Retry-After"))
    finally:
        connection.close()


def _connect(host: str, port: int, *, secure: bool, until: float) -> socket.socket:
    fault: OSError = OSError("the name has no address")
    for number in reachable(host, port):
        try:
            line = socket.create_connection((number, port), timeout=min(CONNECT_SECONDS, _left(until)))
        except OSError as failed:
            fault = failed
            continue
        if not secure:
            return line
        try:
            line.settimeout(_left(until))
            return ssl.create_default_context().wrap_socket(line, server_hostname=host)
        except OSError:
            line.close()
            raise
    raise fault


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


class _Line:
    """The part of a socket that http.client uses, with one deadline over all of it."""

    def __init__(self, line: socket.socket, *, until: float) -> None:
        self.line, self.until = line, until

    def sendall(self, data: bytes) -> None:
        self.line.settimeout(_left(self.until))
        self.line.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Replies(self))

    def close(self) -> None:
        self.line.close()


class _Replies(io.RawIOBase):
    def __init__(self, connection: _Line) -> None:
        self.connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.connection.line.settimeout(_left(self.connection.until))
        return self.connection.line.recv_into(buffer)
