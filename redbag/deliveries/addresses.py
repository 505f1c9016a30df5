"""Which addresses may be sent to: nothing inside our own walls."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291
THROUGH_A_GATEWAY = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits

WEB_PORTS, FIRST_FREE_PORT = (80, 443), 1024  # below are mail, remote shells, databases of the network's own


class AddressRefused(Exception):
    """The address is not one this service sends to; the message says why."""


def checked(address: str) -> SplitResult:
    """The parts of an http(s) address that may be sent to, as far as its words tell; AddressRefused otherwise.

    A name is not looked up here: what it leads to may change, so `reachable` looks at the moment of sending.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("Enter a whole address, like https://example.org/hook.") from None
    if parts.scheme not in ("http", "https") or not host or not _plain(address):
        raise AddressRefused("Enter a whole address, like https://example.org/hook.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("Leave the user name and password out of the address.")
    number = _written_as_number(host)
    if number is not None:
        refuse_inside(number)
    local = number.is_loopback if number is not None else _named_loopback(host)
    if local and not settings.DEMO:
        raise AddressRefused("This address leads back to this machine. Enter one that others can reach.")
    if not local and parts.port is not None and parts.port < FIRST_FREE_PORT and parts.port not in WEB_PORTS:
        raise AddressRefused("Leave the port out of the address, or use one above 1023: this one is not for the web.")
    if parts.scheme == "http" and not local:
        raise AddressRefused("The address must begin with https://.")
    return parts


def reachable(host: str, port: int) -> list[str]:
    """The numeric addresses a host has right now, all of them allowed; AddressRefused or OSError otherwise.

    Connect to one of these and to nothing else, or a name that changes its mind could still lead inside.
    """
    found = [answer[4][0] for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for number in found:
        refuse_inside(ipaddress.ip_address(number))
    return [str(number) for number in dict.fromkeys(found)]


def refuse_inside(number: Address) -> None:
    """Raise AddressRefused for an address that is not global, such as a private one; the demo lets loopback pass."""
    real = _unwrapped(number)
    if real.is_loopback and settings.DEMO:
        return
    outside = real.is_global and not real.is_multicast and (real.version == 4 or real in GLOBAL_UNICAST)
    if not outside:
        raise AddressRefused("This address is inside a private network. Enter one that can be reached from outside.")


def _unwrapped(number: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to through a gateway; mapped and Teredo ones are not global anyway."""
    if isinstance(number, ipaddress.IPv4Address):
        return number
    if number in THROUGH_A_GATEWAY:
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.sixtofour or number


def _written_as_number(host: str) -> Address | None:
    """The address a host is written as, also in the short and octal ways that the C library reads."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _plain(address: str) -> bool:
    return address.isascii() and address.isprintable() and " " not in address


def _named_loopback(host: str) -> bool:
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")
