"""EDGI's client of the Wayback Machine as a judge: what it finds at the gateway is there."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict

_plain_init = HTTPHeaderDict.__init__
from wayback import WaybackClient, WaybackSession  # noqa: E402 (it changes urllib3 for the whole process)

HTTPHeaderDict.__init__ = _plain_init

_MEANT = "https://web.archive.org"


class _Detour(HTTPAdapter):
    """Sends what is meant for the Wayback Machine to the gateway, unknown to the client."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        meant = request.url or ""
        request.url = meant.replace(_MEANT, self._base, 1)
        try:
            response = super().send(request, *args, **options)
        finally:
            request.url = meant
        response.url = meant
        if "Link" in response.headers:
            response.headers["Link"] = response.headers["Link"].replace(self._base, _MEANT)
        return response


def edgi_client(base: str) -> WaybackClient:
    """The client, in front of the gateway at ``base``, without a pace; a context manager."""
    session = WaybackSession(retries=0, search_calls_per_second=0, memento_calls_per_second=0)
    session.mount(f"{_MEANT}/", _Detour(base))
    return WaybackClient(session)
