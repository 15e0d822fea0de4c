"""What a request needs to be let in: where the server is, the TLS context, the headers."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..error import ConfigError

Headers = tuple[tuple[str, str], ...]
"""Names and values; a name may stand there more than once."""


@dataclass(frozen=True, slots=True)
class Access:
    """The way in as it is now. ``headers`` and ``proxy`` may hold secrets and are shown in no repr.

    ``server`` is a URL without a trailing slash. ``tls`` is None for http. ``server_name`` stands in for the URL's host
    in the certificate, where given. ``proxy`` is the URL of an HTTP proxy.
    """

    server: str
    tls: ssl.SSLContext | None = None
    server_name: str | None = None
    proxy: str | None = field(default=None, repr=False)
    headers: Headers = field(default=(), repr=False)


class AccessSource(Protocol):
    """Gives the access for each request, and a renewed one when the server refused it."""

    async def access(self) -> Access:
        """Return the current access; may re-read files or run a plugin. Raises ConfigError."""

    async def renew(self, refused: Access) -> Access:
        """Return a renewed access, or an equal one where there is nothing to renew. Raises ConfigError."""


class FixedAccess:
    """An access that never changes."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def access(self) -> Access:
        """Return it."""
        return self._access

    async def renew(self, refused: Access) -> Access:  # noqa: ARG002 - there is nothing to renew
        """Return it."""
        return self._access


@dataclass(frozen=True, slots=True)
class TLSFiles:
    """PEM files by path; without a CA the system's are trusted, without ``verify`` anybody is."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    verify: bool = True

    def context(self) -> ssl.SSLContext:
        """Return a client's context made of them.

        Raises:
            ConfigError: a file cannot be read or does not hold what it should.
        """
        context = self._trusting()
        # Python 3.13 asks of a CA what kubeadm's and many a company's do not have; kubectl does not ask for it.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.certificate:
            self._load_certificate(context)
        return context

    def fingerprint(self) -> bytes:
        """Return a digest of what the files hold now, so that a rotated certificate is noticed."""
        digest = hashlib.sha256(bytes(self.verify))
        for path in (self.ca, self.certificate, self.key):
            digest.update(_read(path) if path else b"-")
        return digest.digest()

    def _trusting(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise ConfigError(f"CA file {self.ca}: {_reason(error)}") from error

    def _load_certificate(self, context: ssl.SSLContext) -> None:
        try:
            # Without the callback OpenSSL would ask for an encrypted key's password at the terminal.
            context.load_cert_chain(str(self.certificate), self.key, password=lambda: "")
        except OSError as error:
            raise ConfigError(f"client certificate {self.certificate}, key {self.key}: {_reason(error)}") from error


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"not usable as PEM ({error.reason})" if error.reason else "not usable as PEM"
    return error.strerror or str(error)
