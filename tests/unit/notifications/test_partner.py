from typing import Any

import pytest

from schemas.events.deliveries import Channel, DeliverySubject
from services.chassis.errors import Refusal
from services.notifications.domain.partner import Partner, Webhook
from services.notifications.domain.refusals import (
    EmailAddressUnreadable,
    SubjectCannotBeTurnedOff,
    WebhookNotSecure,
    WebhookSecretMissing,
)
from tests.unit.notifications.deliveries import partner


def changed(**said: Any) -> Partner:
    return partner().with_channels(**{"email": "a@b.example", "webhook": None, "muted": (), **said}).state


@pytest.mark.parametrize(
    "address",
    ["secretariat", "a@b", "a b@c.example", "a@b.example\nBcc: x@y.example", "<a@b.example>", "a,b@c.example", ""],
)
def test_an_address_that_no_server_would_take_is_refused(address: str) -> None:
    with pytest.raises(EmailAddressUnreadable):
        changed(email=address)


@pytest.mark.parametrize("address", ["cabinet@pas-de-calais.gouv.example", "d'arc.j+cispd@mairie.example"])
def test_an_ordinary_address_is_taken(address: str) -> None:
    assert changed(email=address).email == address


@pytest.mark.parametrize(
    "url",
    ["http://partner.example/hook", "ftp://partner.example", "partner.example", "https://", "http://127.0.0.1:9/"],
)
def test_a_webhook_in_clear_is_refused(url: str) -> None:
    with pytest.raises(WebhookNotSecure):
        changed(webhook=Webhook(url=url, secret=b"sealed"))


def test_a_local_stack_may_call_itself_in_clear() -> None:
    assert changed(webhook=Webhook(url="http://127.0.0.1:9/", secret=b"sealed"), local=True).webhook


def test_a_webhook_needs_its_secret() -> None:
    with pytest.raises(WebhookSecretMissing):
        changed(webhook=Webhook(url="https://partner.example/hook", secret=b""))


def test_what_is_part_of_the_procedure_cannot_be_turned_off() -> None:
    with pytest.raises(SubjectCannotBeTurnedOff) as refused:
        changed(muted=[DeliverySubject.MEETING_CONVENED])
    assert isinstance(refused.value, Refusal)
    assert refused.value.status == 422


def test_the_rest_may_be_turned_off() -> None:
    assert not changed(muted=[DeliverySubject.PUBLICATION_PUBLISHED]).wants(DeliverySubject.PUBLICATION_PUBLISHED)


def test_an_institution_without_an_address_is_still_planned_for_by_mail() -> None:
    assert partner(email=None).channels() == (Channel.EMAIL,)
