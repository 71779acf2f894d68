"""A certificate authority of the tests, the server's certificate and a client's."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme


class Authority:
    """Issues for 127.0.0.1 and localhost."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def ca_file(self, folder: Path) -> Path:
        """The certificate a client has to trust, as PEM."""
        file = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(str(file))
        return file

    def client_files(self, folder: Path) -> tuple[Path, Path]:
        """A client's certificate and its key, as PEM."""
        issued = self._ca.issue_cert("client.example")
        certificate, key = folder / "client.pem", folder / "client.key"
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return certificate, key

    def server_context(
        self,
        *,
        client_certificate_required: bool = False,
        hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
        maximum_version: ssl.TLSVersion | None = None,
    ) -> ssl.SSLContext:
        """A context of a server called `hosts`; a maximum version makes one that is behind the times."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*hosts).configure_cert(context)
        if client_certificate_required:
            self._ca.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        if maximum_version is not None:
            context.minimum_version = maximum_version
            context.maximum_version = maximum_version
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        return context
