"""What this service needs beyond what every service needs."""

from __future__ import annotations

from pydantic import Field, SecretStr

from services.chassis.settings import Settings


class NotificationsSettings(Settings):
    smtp_host: str = Field(description="The mail server that takes our messages")
    smtp_port: int = 25
    smtp_starttls: bool = Field(default=False, description="Upgrade the dialogue to TLS before anything is said")
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str = Field(description="Address that messages come from, and organizer of calendar entries")
    mail_from_name: str = "CISPD Grand Calais"
    partner_secrets_key: SecretStr | None = Field(
        default=None, min_length=32, description="Seals the secrets of partner systems; without it no webhook is taken"
    )
