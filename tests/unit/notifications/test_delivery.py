from uuid import UUID

import pytest

from schemas.events.deliveries import (
    AboutKind,
    Channel,
    DeliveryFailed,
    DeliveryScheduled,
    DeliverySent,
    FailureReason,
)
from services.notifications.domain.delivery import DeliveryState, delivery_id
from services.notifications.domain.refusals import DeliveryNotFailed
from services.notifications.domain.retrying import ATTEMPTS_MAX
from tests.unit.notifications.deliveries import TUESDAY, delivery


def test_the_same_cause_institution_and_channel_are_the_same_delivery() -> None:
    one = delivery_id("cause", UUID(int=1), Channel.EMAIL)
    assert one == delivery_id("cause", UUID(int=1), Channel.EMAIL)
    assert (
        len({one, delivery_id("cause", UUID(int=1), Channel.WEBHOOK), delivery_id("other", UUID(int=1), Channel.EMAIL)})
        == 3
    )


def test_an_accepted_delivery_is_sent_with_its_proof() -> None:
    decision = delivery().claimed().accepted(at=TUESDAY, proof="250 ok", sent_to="a@b.example")
    assert decision.state.state is DeliveryState.SENT
    assert (decision.state.proof, decision.state.sent_to, decision.state.due_at) == ("250 ok", "a@b.example", None)
    assert decision.events == (
        DeliverySent(
            delivery_id=decision.state.id,
            institution_id=UUID(int=7),
            channel=Channel.EMAIL,
            subject=decision.state.subject,
            about=AboutKind.MEETING,
            about_id=UUID(int=9),
            attempts=1,
            sent_at=TUESDAY,
        ),
    )


def test_a_temporary_refusal_is_tried_again_without_a_fact() -> None:
    decision = delivery().claimed().deferred(at=TUESDAY, proof="450 busy")
    assert decision.state.state is DeliveryState.RETRYING
    assert decision.state.due_at is not None
    assert decision.state.due_at > TUESDAY
    assert decision.events == ()


def test_the_last_temporary_refusal_is_a_failure() -> None:
    decision = delivery(attempts=ATTEMPTS_MAX - 1).claimed().deferred(at=TUESDAY, proof="450 busy")
    assert decision.state.state is DeliveryState.FAILED
    assert isinstance(decision.events[0], DeliveryFailed)
    assert decision.events[0].reason is FailureReason.TOO_MANY_ATTEMPTS


def test_a_permanent_refusal_is_a_failure_with_its_reason() -> None:
    decision = delivery().claimed().refused(reason=FailureReason.ADDRESS_REFUSED, proof="550 unknown")
    assert (decision.state.state, decision.state.reason) == (DeliveryState.FAILED, FailureReason.ADDRESS_REFUSED)
    assert decision.state.proof == "550 unknown"


def test_a_mail_server_that_is_down_costs_the_delivery_no_attempt() -> None:
    returned = delivery().claimed().returned(due_at=TUESDAY)
    assert (returned.state, returned.attempts) == (DeliveryState.PENDING, 0)


def test_a_delivery_without_an_address_is_announced_as_such() -> None:
    (fact,) = delivery(state=DeliveryState.NO_ADDRESS, due_at=None, version=0).scheduled().events
    assert isinstance(fact, DeliveryScheduled)
    assert not fact.address_known


def test_a_delivery_whose_address_was_removed_waits_for_another() -> None:
    waiting = delivery().without_address()
    assert (waiting.state, waiting.due_at) == (DeliveryState.NO_ADDRESS, None)


def test_a_person_may_ask_again_only_for_what_failed() -> None:
    failed = delivery(state=DeliveryState.FAILED, attempts=8, due_at=None)
    assert failed.asked_again(now=TUESDAY).state.attempts == 0
    with pytest.raises(DeliveryNotFailed):
        delivery(state=DeliveryState.SENT).asked_again(now=TUESDAY)


def test_a_delivery_that_is_no_longer_true_is_withdrawn() -> None:
    decision = delivery().withdrawn()
    assert (decision.state.state, decision.state.reason) == (DeliveryState.WITHDRAWN, FailureReason.NO_LONGER_TRUE)


def test_a_fact_about_a_case_does_not_say_which() -> None:
    decision = delivery(about=AboutKind.CASE, version=0).scheduled()
    assert isinstance(decision.events[0], DeliveryScheduled)
    assert decision.events[0].about_id is None
    assert decision.state.about_id == UUID(int=9)
