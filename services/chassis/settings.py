"""Settings from the environment and from secret files; what is missing is named all at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CISPD_"


class Settings(BaseSettings):
    """What every service needs; a service adds its own by subclassing.

    A value comes from `CISPD_<NAME>` or from a file `cispd_<name>` in the folder that CISPD_SECRETS_DIR names.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    environment: Literal["local", "production"] = Field(
        default="production", description="`local` allows a moved clock and shows the components page"
    )
    database_url: SecretStr = Field(description="PostgreSQL, the service's runtime role")
    migration_database_url: SecretStr | None = Field(default=None, description="PostgreSQL, the owner of the schema")
    database_pool_size: int = Field(default=10, description="Connections to PostgreSQL at most, per process")
    kafka_bootstrap_servers: str = Field(description="host:port of brokers, separated by commas")
    oidc_issuer: str = Field(description="Address of the OpenID Connect issuer, as its tokens name it")
    oidc_client_id: str = Field(default="cispd", description="Our name at the issuer, and the audience of tokens")
    oidc_client_secret: SecretStr = Field(description="Our secret at the issuer")
    public_url: str = Field(description="Address of the front door, no slash at the end")
    session_key: SecretStr = Field(min_length=32, description="Seals session cookies; the same for every service")
    ledger_key: SecretStr = Field(min_length=32, description="Key of the fingerprints of commands; never rotated")
    http_host: str = Field(default="127.0.0.1", description="Address to listen on")
    http_port: int = Field(default=8000, description="Port of pages, API, health and metrics; health in every role")
    clock_file: Path | None = Field(default=None, description="File with the clock's offset, local stack only")
    otlp_endpoint: str | None = Field(default=None, description="Base address of an OTLP/HTTP collector")
    trace_ratio: float = Field(default=1.0, ge=0, le=1, description="Share of the traces that is recorded")
    grace_seconds: float = Field(default=20.0, description="How long a drain may take after SIGTERM")
    event_bytes_max: int = Field(default=900_000, description="A larger event is refused with its command")
    outbox_keep_days: float = Field(default=7, description="How long published events stay in the outbox")
    relay_shards: int = Field(default=1, ge=1, description="Relays that share the keys; the same for every process")
    consumer_batch: int = Field(default=2_000, ge=1, description="Most records in one transaction")
    consumer_instance: str | None = Field(
        default=None, description="Static name in the consumer group; unique, or none"
    )


class SettingsIncomplete(Exception):
    """Some settings are missing or unreadable; the message lists all of them."""


S = TypeVar("S", bound=Settings)


def load(kind: type[S]) -> S:
    """Reads the settings of a service.

    Raises SettingsIncomplete naming every variable that is missing or wrong, never its value.
    """
    try:
        return kind(_secrets_dir=os.environ.get(f"{PREFIX}SECRETS_DIR"))
    except ValidationError as error:
        lines = [
            f"  {PREFIX}{str(fault['loc'][0]).upper()}: {'missing' if fault['type'] == 'missing' else fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsIncomplete(
            "The service cannot start. Set these in the environment, or as files in the folder named by "
            f"{PREFIX}SECRETS_DIR:\n" + "\n".join(lines)
        ) from None
