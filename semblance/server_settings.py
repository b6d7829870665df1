"""Where the service listens, and how it proves who it is."""

from __future__ import annotations

import re
import ssl
from pathlib import Path  # noqa: TC003 - pydantic reads the annotation
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from semblance.part import Part

_PUBLIC = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?")


class Tls(Part):
    """The service's own HTTPS, without a proxy before it; a phone's browser opens its camera only to such."""

    certificate: Annotated[Path, Field(description="PEM: the certificate, then those that sign for it.")]
    key: Annotated[Path, Field(description="PEM: the certificate's private key, without a password.")]

    @field_validator("certificate", "key")
    @classmethod
    def _is_there(cls, path: Path) -> Path:
        try:
            there = path.is_file()
        except OSError as error:  # a folder that is locked, a name that is too long
            raise ValueError(f"{path} cannot be read: {error.strerror or error}") from None
        if not there:
            raise ValueError(f"there is no file {path}")
        return path

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        self.context()
        return self

    def context(self) -> ssl.SSLContext:
        """Both files as they are now. Raises `ValueError` with a sentence."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.certificate, self.key, password=self._refuse_a_password)
        except ssl.SSLError as error:
            raise ValueError(self._reason(error)) from None
        except OSError as error:
            raise ValueError(
                f"{self.certificate} or {self.key} cannot be read: {error.strerror or error}"
            ) from None
        return context

    def _reason(self, error: ssl.SSLError) -> str:
        if error.reason == "KEY_VALUES_MISMATCH":
            return f"{self.key} is not the key of the certificate {self.certificate}"
        return f"{self.certificate} and {self.key} are not a certificate and its key, as PEM"

    def _refuse_a_password(self) -> str:
        """OpenSSL would ask for it on the terminal."""
        raise ValueError(f"{self.key} is locked by a password; `openssl pkey` writes one without")


class Server(Part):
    """Where the service listens."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="0 takes any free port.")] = 8484
    hosts: Annotated[
        tuple[str, ...], Field(description="Further names that this machine is reached by, behind a proxy.")
    ] = ()
    origins: Annotated[
        tuple[str, ...], Field(description="Further pages (https://name) that may call from a browser.")
    ] = ()
    public_url: Annotated[
        str | None,
        Field(description="https://name/path: how a proxy is reached; else each request's headers tell."),
    ] = None
    clients: Annotated[
        int,
        Field(ge=1, le=60_000, description="Clients of the live WebSocket at once; more are turned away."),
    ] = 5000
    tls: Annotated[Tls | None, Field(description="HTTPS without a proxy; HTTP where it is left out.")] = None

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is not None and not _PUBLIC.fullmatch(url):
            raise ValueError(f"{url!r} is no address of this service; write it as https://name/path")
        return url
