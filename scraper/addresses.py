"""From a host's name to the addresses that may be asked: none of a private network, none of this machine."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable
from typing import NamedTuple

from scraper.errors import Fault

_EMBEDDING = ipaddress.ip_network("64:ff9b::/96")  # NAT64 (RFC 6052): the last 32 bits are an IPv4 address


class Address(NamedTuple):
    """Where to connect to: a socket's family, and what its ``connect`` takes."""

    family: socket.AddressFamily
    sockaddr: tuple[str, int] | tuple[str, int, int, int]


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet; so must one be that is embedded in it."""
    address = ipaddress.ip_address(text)
    embedded = _embedded(address) if isinstance(address, ipaddress.IPv6Address) else None
    if embedded is not None:
        return is_public(str(embedded))
    return address.is_global and not address.is_multicast


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, or tunnels to."""
    if address in _EMBEDDING:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def resolve(host: str, port: int, remaining: Callable[[], float]) -> list[Address]:
    """The addresses of a host, each once, in the order in which the system would try them.

    The system's own look-up cannot be given a time: it runs in a thread of its own, which is left to itself
    when ``remaining`` (seconds; raises Fault where there are none) is over. Raises Fault where the name is
    not known.
    """
    answer: queue.SimpleQueue[list[Address] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or too long
            answer.put(error)
        else:
            answer.put([Address(family, sockaddr) for family, _, _, _, sockaddr in found])  # type: ignore[arg-type]  # no other families without a path

    threading.Thread(target=look_up, name=f"look-up of {host}", daemon=True).start()
    try:
        addresses = answer.get(timeout=remaining())
    except queue.Empty:
        remaining()  # where the page's time is over, this says so
        raise Fault("timeout", f"the look-up of {host} took too long") from None
    if isinstance(addresses, Exception):
        raise Fault("not_found_host", f"{host}: {addresses}")
    return list(dict.fromkeys(addresses))
