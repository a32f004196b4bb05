"""One request at a time, and all that came of it: `Session.fetch` gives an `Exchange`, whatever happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from scraper.body import Unfolder, parts
from scraper.errors import BadClaim, Fault
from scraper.exchange import Exchange
from scraper.http_message import header
from scraper.sites import identify
from scraper.tls import TLS_SETTINGS, TlsSetting, tls_context
from scraper.wire import Response, Wire, pool_classes


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may take: seconds of silence and in all, bytes on the wire and decoded."""

    idle: float = 30.0
    total: float = 120.0
    wire_bytes: int = 32 * 1024 * 1024
    decoded_bytes: int = 32 * 1024 * 1024


class Answer(NamedTuple):
    """An exchange, and the body with its content coding undone (empty where the exchange failed).

    ``stale`` is set where a connection that was kept open from an earlier exchange was closed without any
    answer: most likely the host had closed it by then, and the page was not asked for.
    """

    exchange: Exchange
    content: bytes
    stale: bool = False

    def header(self, name: str) -> str:
        """The values of all headers of this name, joined by commas; empty where there is none."""
        return header(self.exchange.response_head, name)


def user_agent(version: str, contact: str | None) -> str:
    """How we name ourselves: program, version, and whom to write to (a URL, or mailto: and an address).

    Raises BadClaim for a contact that no header can hold.
    """
    if contact is None:
        return f"bma-progress/{version}"
    if not (contact.isascii() and contact.isprintable() and contact.strip()):
        raise BadClaim(f"not a contact: {contact[:200]!r}; write it as a URL, or as mailto:name@example.org")
    return f"bma-progress/{version} (+{contact})"


_WRAPPING = 8
"""So many bytes on the wire a byte of the body may take: a chunk of one byte takes six."""

_OTHER_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)
"""What the libraries may raise beside our own faults, of which none is known."""


class Session:
    """Connections to the hosts, kept open between pages; a context manager.

    ``named_hosts`` are those that the user named: they may have a private or loopback address; all others
    must be of the public internet, whatever their name resolves to. ``tls_settings`` are by host (see
    `scraper.tls`). Not for use by several threads at once.

    Nothing is taken from the environment: no proxy, no .netrc, no bundle of certificates but the system's.
    No cookie is kept, no redirect followed, nothing repeated: that is the caller's to decide, and to record.
    """

    def __init__(
        self,
        agent: str,
        *,
        named_hosts: Collection[str] = (),
        limits: Limits | None = None,
        tls_settings: Mapping[str, TlsSetting] = TLS_SETTINGS,
    ) -> None:
        self._limits = limits or Limits()
        self._wire = Wire(frozenset(named_hosts), self._limits.idle, self._limits.total)
        self._requests = requests.Session()
        self._requests.trust_env = False
        self._requests.headers.clear()
        self._requests.headers.update(
            {
                "User-Agent": agent,
                "Accept": "text/html, */*;q=0.5",
                "Accept-Encoding": "gzip, deflate",
                "Connection": "keep-alive",
            }
        )
        self._requests.mount("http://", _Adapter(self._wire, None))
        self._requests.mount("https://", _Adapter(self._wire, TlsSetting()))
        for host, setting in tls_settings.items():
            self._requests.mount(f"https://{host}/", _Adapter(self._wire, setting))

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._requests.close()

    def fetch(
        self,
        url: str,
        *,
        attempt: int = 1,
        via: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask for a page once. Raises BadClaim for what is no http or https URL, and else nothing.

        ``headers`` are sent beside the usual ones, or in their place.

        A Ctrl-C ends the exchange, which then has the failure ``interrupted``.
        """
        try:
            if identify(url).site is None:
                raise ValueError("it has to begin with http:// or https://")
            plain = urlsplit(url)._replace(fragment="").geturl()
            prepared = self._requests.prepare_request(requests.Request("GET", plain, headers))
        except (requests.RequestException, ValueError) as error:
            raise BadClaim(f"not a URL that can be asked for: {url[:200]!r} ({error})") from error
        return self._ask(prepared, attempt, via)

    def _ask(self, prepared: requests.PreparedRequest, attempt: int, via: str | None) -> Answer:
        wire = self._wire
        wire.start()
        body = bytearray()
        content, failure, detail = b"", None, None
        try:
            content = self._receive(prepared, body)
        except Fault as fault:
            failure, detail = fault.failure, fault.detail
        except KeyboardInterrupt:
            failure, detail = "interrupted", "by the user"
        except _OTHER_ERRORS as error:
            failure, detail = "reset" if wire.peer else "no_connection", f"{type(error).__name__}: {error}"
        rest = wire.response.stream.rest() if wire.response is not None else b""
        if failure == "bad_head":
            body, rest = bytearray(rest), b""
        exchange = Exchange(
            url=str(prepared.url),
            request_head=bytes(wire.sent),
            started_at=wire.started_at,
            ended_at=dt.datetime.now(dt.UTC),
            response_head=bytes(wire.head),
            body=bytes(body),
            status=wire.status,
            failure=failure,
            detail=detail,
            peer=wire.peer,
            tls=dict(wire.tls),
            interim=bytes(wire.interim),
            surplus=rest,
            attempt=attempt,
            via=via,
        )
        return Answer(exchange, content, failure == "reset" and not (wire.connected or wire.received))

    def _receive(self, prepared: requests.PreparedRequest, body: bytearray) -> bytes:
        """Ask, and read the answer into ``body``; returns the body decoded."""
        answer = self._requests.send(prepared, stream=True, allow_redirects=False, timeout=self._limits.idle)
        response = self._wire.response
        assert response is not None
        reusable = False
        try:
            content = self._read(response, body)
            reusable = not response.will_close and not response.stream.pending
            return content
        finally:
            if reusable:
                response.close()
            else:
                answer.raw.close()
            answer.raw.release_conn()

    def _read(self, response: Response, body: bytearray) -> bytes:
        unfolder = Unfolder(header(bytes(self._wire.head), "Content-Encoding"), self._limits.decoded_bytes)
        for data in parts(response.stream, response.framed):
            body += data
            on_the_wire = response.stream.filled - len(self._wire.head)  # with all that makes up its chunks
            if len(body) > self._limits.wire_bytes or on_the_wire > _WRAPPING * self._limits.wire_bytes:
                raise Fault("too_large", f"the body has more than {self._limits.wire_bytes:,} bytes")
            unfolder.feed(data)
        return unfolder.finish()


class _Adapter(HTTPAdapter):
    """requests' own adapter with our connections, and our certificates instead of its own."""

    def __init__(self, wire: Wire, setting: TlsSetting | None) -> None:
        self._context = None if setting is None else tls_context(setting)
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = pool_classes(wire)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Connect with the context of this adapter's hosts, and with no other setting of TLS."""
        where, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return where, {} if self._context is None else {"ssl_context": self._context}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the certificates to the context, which always verifies."""
