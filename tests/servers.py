"""Real servers on 127.0.0.1 for the fetcher's tests: one like the site, one that does as it is told.

Both take a free port, note every request with its time, and end with their ``with``; a test that hangs is
ended by the time-outs of their sockets.
"""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from scraper.sites import identify
from tests.layouts import mobile, nested_tables
from tests.render import plain_page

PATIENCE = 10.0
"""Seconds after which a server's socket gives up."""


class Request(NamedTuple):
    """When a request came (monotonic seconds), its path, and its head as received."""

    time: float
    path: str
    head: bytes


@dataclass
class Server:
    """What a test sees of a server: its address, what was asked, and how many connections were made."""

    port: int
    scheme: str = "http"
    host: str = "127.0.0.1"
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def base(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def gaps(self) -> list[float]:
        """Seconds between one request and the next."""
        times = sorted(request.time for request in self.requests)
        return [after - before for before, after in itertools.pairwise(times)]

    def drip(self, sock: socket.socket, data: bytes, every: float) -> None:
        """Send byte after byte, until the other side has enough of it."""
        for place in range(len(data)):
            if self.stopping.wait(every):
                return
            sock.sendall(data[place : place + 1])


Act = Callable[[socket.socket, Request, Server], Any]
"""What the raw server does with a request; the connection stays open where the result is true."""


@contextmanager
def raw_server(
    act: Act | bytes, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", family: int = socket.AF_INET
) -> Iterator[Server]:
    """A server that answers by ``act``, or with these bytes and a closed connection."""
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind((host if host != "localhost" else "127.0.0.1", 0))
    listener.listen(20)
    listener.settimeout(0.05)
    server = Server(
        listener.getsockname()[1], "https" if tls else "http", f"[{host}]" if ":" in host else host
    )
    threads: list[threading.Thread] = []
    talking: list[socket.socket] = []

    def converse(sock: socket.socket) -> None:
        sock.settimeout(PATIENCE)
        try:
            with tls.wrap_socket(sock, server_side=True) if tls else sock as connection:
                talking.append(connection)
                while head := _read_head(connection):
                    path = head.split(b" ")[1].decode("latin-1")
                    request = Request(time.monotonic(), path, head)
                    server.requests.append(request)
                    if isinstance(act, bytes):
                        connection.sendall(act)
                        return
                    if not act(connection, request, server):
                        return
        except OSError:  # the client had enough, or does not trust us
            pass
        finally:
            sock.close()

    def accept() -> None:
        while not server.stopping.is_set():
            try:
                sock, _ = listener.accept()
            except TimeoutError:
                continue
            server.connections += 1
            threads.append(threading.Thread(target=converse, args=(sock,), daemon=True))
            threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        server.stopping.set()
        acceptor.join(PATIENCE)
        listener.close()
        for connection in talking:
            with suppress(OSError):  # it is closed
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(PATIENCE)


def _read_head(sock: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        data = sock.recv(4096)
        if not data:
            return b""
        head += data
    return head


def reset(sock: socket.socket) -> None:
    """Close a connection so that the other side gets an RST, not an end."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    sock.close()


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """A whole answer with its length, after which the connection may stay open."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(data: bytes) -> Act:
    """The same answer to each request, on a connection that stays open."""

    def act(sock: socket.socket, request: Request, server: Server) -> bool:
        sock.sendall(data)
        return True

    return act


def project_html(code: str) -> bytes:
    """A project's page as the site might print it: in windows-874 or UTF-8, by its last digit."""
    text = plain_page(name=f"โครงการตัวอย่าง : {code}")
    if int(code[-1]) % 2:
        return nested_tables(text, charset="tis-620").encode("cp874")
    return mobile(text).encode()


SHELL = b"<html><head><title>BMA</title></head><body><h3></h3></body></html>"
"""What the site shows for a code that it does not know, with status 200."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that was killed


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """The port of a server on loopback with this handler, which ends with the context."""
    with _Quiet(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield httpd.server_address[1]
        finally:
            httpd.shutdown()
            thread.join(PATIENCE)


@contextmanager
def site_server(page: Callable[[str, str], bytes | None], *, robots: bytes | None = None) -> Iterator[Server]:
    """A server like the site: ``page(kind, code)`` gives a page's bytes, None for an unknown code."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = PATIENCE
        disable_nagle_algorithm = True  # head and body are sent one after the other: no 40 ms between them

        def do_GET(self) -> None:
            server.requests.append(Request(time.monotonic(), self.path, bytes(self.headers)))
            if self.path == "/robots.txt":
                self._send(404 if robots is None else 200, robots or b"", "text/plain")
                return
            _, kind, code = identify(f"http://127.0.0.1{self.path}")
            if kind is None or code is None:
                self._send(404, b"<h1>Not Found</h1>", "text/html")
                return
            body = page(kind, code)
            self._send(200, SHELL if body is None else body, "text/html")

        def _send(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with serving(Handler) as port:
        server = Server(port)
        yield server
