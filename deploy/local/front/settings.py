"""What the front door is told by the stack, as environment variables beginning with CISPD_FRONT_."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class FrontSettings(BaseSettings):
    """`services` maps a service's name to where it listens; `public_url` is this door's own address."""

    model_config = SettingsConfigDict(env_prefix="CISPD_FRONT_", frozen=True)

    port: int
    smtp_port: int
    public_url: str
    client_id: str
    client_secret: str
    services: dict[str, str]
    data: Path
    clock_file: Path
