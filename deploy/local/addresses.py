"""Everything a local stack decides once: folder, ports, names, secrets; and the settings each part gets from it."""

import json
import os
import secrets
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.ports import LOOPBACK, port_for
from schemas.site import site

CLIENT_ID = "cispd"
DATABASE = "cispd"


def _secret() -> str:
    return secrets.token_hex(32)


@dataclass(frozen=True)
class Addresses:
    """Ports are chosen when this is made; secrets are new each time, the data they protect being new as well."""

    folder: Path
    front: int = field(default_factory=lambda: port_for("front"))
    smtp: int = field(default_factory=lambda: port_for("smtp"))
    postgres: int = field(default_factory=lambda: port_for("postgres"))
    kafka: int = field(default_factory=lambda: port_for("kafka"))
    services: dict[str, int] = field(default_factory=lambda: {name: port_for(name) for name in site().services})
    password: str = field(default_factory=_secret)
    client_secret: str = field(default_factory=_secret)
    identity_key: str = field(default_factory=_secret)
    partner_key: str = field(default_factory=_secret)
    shared: dict[str, str] = field(default_factory=lambda: {"SESSION_KEY": _secret(), "LEDGER_KEY": _secret()})

    @property
    def public_url(self) -> str:
        return f"http://{LOOPBACK}:{self.front}"

    @property
    def issuer(self) -> str:
        return f"{self.public_url}/identite"

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self.kafka}"

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    def log(self, part: str) -> Path:
        return self.folder / "logs" / f"{part}.log"

    def service_url(self, service: str) -> str:
        """Where a service listens, behind the front door."""
        return f"http://{LOOPBACK}:{self.services[service]}"

    def database_url(self, role: str) -> str:
        """The database as `role`: a service's name or `<service>_owner`."""
        return f"postgresql://{role}:{self.password}@{LOOPBACK}:{self.postgres}/{DATABASE}"

    def service_settings(self, service: str) -> dict[str, str]:
        """The environment of a service's process."""
        settings = {
            "ENVIRONMENT": "local",
            "DATABASE_URL": self.database_url(service),
            "MIGRATION_DATABASE_URL": self.database_url(f"{service}_owner"),
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "OIDC_ISSUER": self.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": self.client_secret,
            "PUBLIC_URL": self.public_url,
            "HTTP_HOST": LOOPBACK,
            "HTTP_PORT": str(self.services[service]),
            "CLOCK_FILE": str(self.clock_file),
            **self.shared,
            **self._own_settings(service),
        }
        return {f"CISPD_{name}": value for name, value in settings.items()}

    def _own_settings(self, service: str) -> dict[str, str]:
        if service == "cases":
            return {"IDENTITY_KEYS": f"local:{self.identity_key}"}
        if service == "notifications":
            return {
                "SMTP_HOST": LOOPBACK,
                "SMTP_PORT": str(self.smtp),
                "MAIL_FROM": "cispd@grand-calais.example",
                "PARTNER_SECRETS_KEY": self.partner_key,
            }
        return {}

    def write_settings(self, services: list[str]) -> None:
        """One file per service, for `make parked` and its like, which run beside the stack."""
        for service in services:
            file = self.folder / "settings" / f"{service}.env"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            lines = [f"{name}={shlex.quote(value)}" for name, value in self.service_settings(service).items()]
            file.write_text("\n".join(lines) + "\n")

    def front_settings(self) -> dict[str, str]:
        """The environment of the front door's process."""
        settings = {
            "PORT": str(self.front),
            "SMTP_PORT": str(self.smtp),
            "PUBLIC_URL": self.public_url,
            "CLIENT_ID": CLIENT_ID,
            "CLIENT_SECRET": self.client_secret,
            "SERVICES": json.dumps({name: self.service_url(name) for name in self.services}),
            "DATA": str(self.folder),
            "CLOCK_FILE": str(self.clock_file),
        }
        return {f"CISPD_FRONT_{name}": value for name, value in settings.items()}


def data_folder() -> Path:
    """CISPD_DATA, or .data in the current folder."""
    return Path(os.environ.get("CISPD_DATA", ".data")).resolve()
