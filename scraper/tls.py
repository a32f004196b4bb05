"""TLS, always verified: the trusted certificates, and what single old hosts need beside them."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from pathlib import Path

import certifi

from scraper.errors import ScraperError

_LEGACY_SERVER_CONNECT = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, which has no name before Python 3.12


@dataclass(frozen=True, slots=True)
class TlsSetting:
    """What one host needs. Its certificate is verified all the same.

    legacy_renegotiation
        The host does not know secure renegotiation (RFC 5746), which OpenSSL 3 asks for.
    security_level
        OpenSSL's level where its own default (2) is too much for the host's keys or signatures: 1.
    certificates
        A PEM file that is trusted in addition, such as the intermediate certificate that the host omits.
    """

    legacy_renegotiation: bool = False
    security_level: int | None = None
    certificates: Path | None = None


TLS_SETTINGS: dict[str, TlsSetting] = {}
"""By host, with its port where that is not 443. No host is known so far to need one."""


def tls_context(setting: TlsSetting | None = None) -> ssl.SSLContext:
    """A context that verifies certificate and name by the system's roots and those of certifi.

    Raises ScraperError where the certificates of the setting cannot be read.
    """
    setting = setting or TlsSetting()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.load_verify_locations(certifi.where())
    if setting.certificates is not None:
        try:
            context.load_verify_locations(setting.certificates)
        except (OSError, ssl.SSLError) as error:
            raise ScraperError(
                f"cannot read certificates from {setting.certificates}: {error}; it has to be a PEM file"
            ) from error
    if setting.legacy_renegotiation:
        context.options |= _LEGACY_SERVER_CONNECT
    if setting.security_level is not None:
        context.set_ciphers(f"DEFAULT@SECLEVEL={setting.security_level}")
    return context


def tls_facts(sock: ssl.SSLSocket) -> dict[str, str]:
    """Version, cipher and SHA-256 of the host's certificate: what `Exchange.tls` keeps."""
    cipher = sock.cipher()
    certificate = sock.getpeercert(binary_form=True)
    facts = {
        "version": sock.version(),
        "cipher": cipher[0] if cipher else None,
        "certificate_sha256": hashlib.sha256(certificate).hexdigest() if certificate else None,
    }
    return {name: value for name, value in facts.items() if value is not None}
