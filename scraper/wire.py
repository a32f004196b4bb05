"""One connection as it really is: every byte sent and received, under a deadline, to allowed addresses only.

requests and urllib3 choose and keep the connections; these classes of urllib3 and http.client are replaced
where they read, so that nothing of an answer is lost, and no server can hold a page longer than it may.
"""

from __future__ import annotations

import datetime as dt
import http.client
import re
import socket
import ssl
import time
from collections.abc import Collection
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from scraper.addresses import Address, is_public, resolve
from scraper.body import Framing, framing
from scraper.errors import Fault
from scraper.http_message import header
from scraper.tls import tls_facts

HEAD_LIMIT = 64 * 1024
"""The most bytes that the head of an answer may have."""

_STATUS_LINE = re.compile(rb"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: [^\r\n]*)?\r?\n")
_READ = 64 * 1024
_MOST_INTERIM = 10


class Wire:
    """The present exchange of a session: its deadline, and what has passed so far.

    ``named_hosts`` may have any address; the others only public ones. ``idle`` and ``total`` are seconds:
    the longest silence, and all that a page may take, from the look-up of its host to its last byte.
    """

    def __init__(self, named_hosts: Collection[str], idle: float, total: float) -> None:
        self._named_hosts = named_hosts
        self._idle = idle
        self._total = total
        self.start()

    def start(self) -> None:
        """Begin an exchange: nothing has passed, and the clock runs anew."""
        self.started_at = dt.datetime.now(dt.UTC)
        self._deadline = time.monotonic() + self._total
        self.connected = False
        self.peer: str | None = None
        self.tls: dict[str, str] = {}
        self.sent = bytearray()
        self.received = False
        self.interim = bytearray()
        self.head = bytearray()
        self.status: int | None = None
        self.response: Response | None = None

    def remaining(self) -> float:
        """How many seconds the next step may take; Fault where the page's time is over."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Fault("deadline", f"it was not there after {self._total:g} seconds")
        return min(self._idle, left)

    def timed_out(self, what: str) -> Fault:
        """The fault of a step that took as long as it might: the page's whole time, or too long a silence."""
        try:
            self.remaining()
        except Fault as over:
            return over
        return Fault("timeout", f"{what}: nothing for {self._idle:g} seconds")

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to the first address of a host that answers; Fault where there is none."""
        self.connected = True
        failures = []
        for address in resolve(host, port, self.remaining):
            shown = _shown(address.sockaddr)
            if host not in self._named_hosts and not is_public(str(address.sockaddr[0])):
                raise Fault("refused_address", f"{host} is {shown}, which is not of the public internet")
            try:
                return self._connect(address)
            except TimeoutError:
                failures.append(str(self.timed_out(shown)))
            except OSError as error:
                failures.append(f"{shown}: {error.strerror or error}")
        raise Fault("no_connection", "; ".join(failures))

    def _connect(self, address: Address) -> socket.socket:
        sock = socket.socket(address.family, socket.SOCK_STREAM)
        try:
            sock.settimeout(self.remaining())
            sock.connect(address.sockaddr)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(self.remaining())  # for the handshake, which heeds it as a whole
        except BaseException:
            sock.close()
            raise
        return sock


def _shown(sockaddr: tuple[Any, ...]) -> str:
    """Address and port as in a URL."""
    host, port = sockaddr[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Stream:
    """The bytes of one answer, read from its socket under the deadline of the exchange."""

    def __init__(self, sock: socket.socket, raw: Any, wire: Wire) -> None:
        self._sock = sock
        self._raw = raw
        self._wire = wire
        self.filled = 0  # bytes that came, head and chunks included
        self._buffer = bytearray()

    def _fill(self) -> bool:
        """Read once; False where the other side has closed."""
        try:
            self._sock.settimeout(self._wire.remaining())
            data = self._raw.read(_READ)
        except TimeoutError:
            raise self._wire.timed_out("while reading") from None
        except OSError as error:  # ssl.SSLError is one
            raise Fault("reset", str(error)) from error
        if not data:
            return False
        self._wire.received = True
        self.filled += len(data)
        self._buffer += data
        return True

    def line(self, most: int) -> bytes:
        """The bytes to the next line feed; fewer, without one, where there are ``most`` or no more come."""
        while (end := self._buffer.find(b"\n", 0, most) + 1) == 0:
            if len(self._buffer) >= most or not self._fill():
                end = min(len(self._buffer), most)
                break
        return self._take(end)

    def some(self, most: int) -> bytes:
        """At least one byte and at most ``most``; empty at the end."""
        if not self._buffer:
            self._fill()
        return self._take(min(len(self._buffer), most))

    def put_back(self, data: bytes) -> None:
        """Return bytes that make no sense where they stand."""
        self._buffer[:0] = data

    @property
    def pending(self) -> bool:
        """Whether something has come that was not taken."""
        return bool(self._buffer)

    def rest(self) -> bytes:
        """What has come and was not taken."""
        return self._take(len(self._buffer))

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


class Response(http.client.HTTPResponse):
    """An answer whose head is kept byte by byte; its body is read from ``stream`` as ``framed`` says.

    requests and urllib3 see the status and no headers: they are to follow nothing, decode nothing, and keep
    no cookie.
    """

    framed: Framing

    def __init__(self, sock: socket.socket, method: str | None, wire: Wire) -> None:
        super().__init__(sock, method=method)
        raw: Any = self.fp.detach()  # its buffer would read on into what comes behind the head
        self.fp = raw  # keeps the socket open where http.client closes its connection before the body is read
        self.stream = Stream(sock, raw, wire)
        self._wire = wire
        wire.response = self

    def begin(self) -> None:
        """Read the head of the answer that counts, past those of interim answers; Fault where it is none."""
        head = self._wire.head
        for _ in range(_MOST_INTERIM):
            version, status = self._read_head()
            if status >= 200:
                break
            if status == 101:
                raise Fault("bad_head", "the host switches to another protocol, unasked")
            self._wire.interim += head
            head.clear()
        else:
            raise Fault("bad_head", f"{_MOST_INTERIM} interim answers, and no other")
        self.code = self.status = status
        self.reason = ""
        self.version = 10 if version == 0 else 11
        self.headers = self.msg = http.client.HTTPMessage()
        self.framed = framing(bytes(head), status)
        self.chunked, self.length = self.framed.chunked, self.framed.length
        connection = re.split(r"[\s,]+", header(bytes(head), "Connection").lower())
        keeps = "close" not in connection and (version > 0 or "keep-alive" in connection)
        self.will_close = self.framed.by_close or not keeps

    def _read_head(self) -> tuple[int, int]:
        """Read to the empty line; the minor version and the status."""
        head = self._wire.head
        head += self.stream.line(HEAD_LIMIT)
        if not head:
            raise Fault("reset", "the connection was closed without an answer")
        found = _STATUS_LINE.fullmatch(head)
        if found is None:
            if head.endswith(b"\n") or not b"HTTP/1.".startswith(head[:7]):
                raise Fault("bad_head", f"it begins with {bytes(head[:60])!r}")
            raise Fault("reset", "the connection was closed within the first line")
        if found[2] >= b"200":
            self._wire.status = int(found[2])
        line = b""
        while line not in (b"\r\n", b"\n"):
            line = self.stream.line(HEAD_LIMIT - len(head))
            head += line
            if len(head) >= HEAD_LIMIT:
                raise Fault("bad_head", f"the head has more than {HEAD_LIMIT:,} bytes")
            if not line.endswith(b"\n"):
                raise Fault("reset", "the connection was closed within the head")
        return int(found[1]), int(found[2])


class _Recorded(HTTPConnection):
    """What both kinds of connection do: connect within limits, and keep what is sent."""

    wire: Wire  # of the session; given to the class by `pool_classes`
    _peer: str | None = None
    _tls: dict[str, str]

    def _new_conn(self) -> socket.socket:
        sock = self.wire.connect(self._dns_host.strip("[]"), self.port)
        self._peer = self.wire.peer = _shown(sock.getpeername())
        self._tls = {}
        return sock

    def send(self, data: Any) -> None:
        """Send a request's head; one that cannot be sent whole may still have an answer."""
        super_send = super().send
        if self.sock is None:
            self.connect()
        wire = self.wire
        wire.peer, wire.tls = self._peer, self._tls
        self.sock.settimeout(wire.remaining())
        try:
            super_send(data)
        except TimeoutError:
            raise wire.timed_out("while sending") from None
        wire.sent += data

    def response_class(  # type: ignore[override]  # http.client calls what it takes for a class
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> Response:
        """The answer, tied to the present exchange."""
        return Response(sock, method, self.wire)


class _RecordedTls(_Recorded, HTTPSConnection):
    """The same over TLS."""

    def connect(self) -> None:
        """Connect and verify; Fault where that cannot be done."""
        try:
            super().connect()
        except TimeoutError:
            raise self.wire.timed_out("in the TLS handshake") from None
        except ssl.SSLError as error:
            raise Fault("tls", _why(error)) from error
        except OSError as error:
            raise Fault("reset", f"in the TLS handshake: {error.strerror or error}") from error
        if isinstance(self.sock, ssl.SSLSocket):
            self._tls = tls_facts(self.sock)


def _why(error: ssl.SSLError) -> str:
    """What OpenSSL says, for a reader."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted: {error.verify_message}"
    return error.reason or str(error)


def pool_classes(wire: Wire) -> dict[str, type[HTTPConnectionPool]]:
    """The connection pools of a session, by scheme."""

    def connections(base: type[HTTPConnection]) -> type[HTTPConnection]:
        return type(base.__name__, (base,), {"wire": wire})

    return {
        "http": type("HttpPool", (HTTPConnectionPool,), {"ConnectionCls": connections(_Recorded)}),
        "https": type("HttpsPool", (HTTPSConnectionPool,), {"ConnectionCls": connections(_RecordedTls)}),
    }
