"""Certificates for tests, made by the openssl command."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """A CA in a folder. Like kubeadm's it has no key identifiers, which Python 3.13 would miss."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._pair = Pair(folder / "ca.crt", folder / "ca.key")
        subject = ("-subj", "/CN=test-ca", "-days", "2", "-addext", "basicConstraints=critical,CA:true")
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *subject),
            *("-keyout", self._pair.key, "-out", self.certificate),
        )

    @property
    def certificate(self) -> Path:
        """The CA's own certificate."""
        return self._pair.certificate

    def issue(self, name: str, alternative: str = "DNS:none") -> Pair:
        """Return a new pair for this common name and subjectAltName."""
        pair = Pair(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        request, extensions = self._folder / f"{name}.csr", self._folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative}\n")
        _openssl(
            *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", pair.key, "-out", request),
        )
        _openssl(
            *("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._pair.key, "-days", "2"),
            *("-CAcreateserial", "-extfile", extensions, "-out", pair.certificate),
        )
        return pair

    def locked(self, pair: Pair, password: str) -> Pair:
        """Return the pair with its key encrypted."""
        key = pair.key.with_suffix(".locked")
        _openssl("ec", "-in", pair.key, "-aes128", "-passout", f"pass:{password}", "-out", key)
        return Pair(pair.certificate, key)

    def server_context(self, pair: Pair, *, ask_for_client: bool = False) -> ssl.SSLContext:
        """Return the context of a server that shows this pair, and may ask its clients for one of this CA."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(self.certificate))
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.verify_mode = ssl.CERT_REQUIRED if ask_for_client else ssl.CERT_NONE
        context.load_cert_chain(pair.certificate, pair.key)
        return context
