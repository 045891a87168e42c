"""Who acts: OpenID Connect tokens and sessions, and what a principal may do."""

from services.chassis.identity.principal import Principal

__all__ = ["Principal"]
