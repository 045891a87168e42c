"""An institution as this service knows it: what it is, how to reach it, and what it would rather not receive."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlsplit

from schemas.events.deliveries import Channel, DeliverySubject
from services.chassis.decisions import Aggregate, Decision
from services.notifications.domain.refusals import (
    EmailAddressUnreadable,
    SubjectCannotBeTurnedOff,
    WebhookNotSecure,
    WebhookSecretMissing,
)
from services.notifications.domain.subjects import OPTIONAL

_ADDRESS = re.compile(r"[^\s@<>(),;:\\\"\[\]\x00-\x1f]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A partner's system: where it listens, and the sealed secret it shares with us."""

    url: str
    secret: bytes


@dataclass(frozen=True, kw_only=True)
class Partner(Aggregate):
    """Its `id` is the institution's. `version` 0: known from the council's facts only, nobody gave its channels yet."""

    name: str
    kind: str
    commune: str | None = None
    email: str | None = None
    webhook: Webhook | None = None
    muted: frozenset[DeliverySubject] = frozenset()

    def reachable_by(self, channel: Channel) -> bool:
        return (self.email if channel is Channel.EMAIL else self.webhook) is not None

    def channels(self) -> tuple[Channel, ...]:
        """The channels to plan for: e-mail always (its absence must be seen), the webhook when there is one."""
        return (Channel.EMAIL, Channel.WEBHOOK) if self.webhook else (Channel.EMAIL,)

    def wants(self, subject: DeliverySubject) -> bool:
        return subject not in self.muted

    def with_channels(
        self, *, email: str | None, webhook: Webhook | None, muted: Iterable[DeliverySubject], local: bool = False
    ) -> Decision[Self]:
        """The partner with these channels; a local stack (`local`) may use plain http on loopback.

        Raises EmailAddressUnreadable, WebhookNotSecure, WebhookSecretMissing, SubjectCannotBeTurnedOff.
        """
        silenced = frozenset(muted)
        if email is not None and not _ADDRESS.fullmatch(email):
            raise EmailAddressUnreadable
        if webhook is not None:
            _check_webhook(webhook, local=local)
        if not silenced <= OPTIONAL:
            raise SubjectCannotBeTurnedOff
        state = replace(self, email=email, webhook=webhook, muted=silenced, version=self.version + 1)
        return Decision(state=state)


def _check_webhook(webhook: Webhook, *, local: bool) -> None:
    address = urlsplit(webhook.url)
    on_loopback = local and address.scheme == "http" and address.hostname in _LOOPBACK
    if not address.hostname or (address.scheme != "https" and not on_loopback):
        raise WebhookNotSecure
    if not webhook.secret:
        raise WebhookSecretMissing
