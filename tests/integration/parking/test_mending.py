"""Taking up parked records: through the consumer's code, in the key's order, once, and written down."""

from contextlib import suppress
from uuid import uuid4

import asyncpg
import pytest

from services.chassis.errors import NotFound
from services.chassis.parking import mending
from services.chassis.parking.queue import line_up
from services.chassis.parking.reading import Filter, count_parked, find_parked, list_parked
from services.chassis.parking.refusals import AlreadySettled, BehindAnother, QueueBusy, ReasonMissing
from tests.integration.parking.workshop import CONSUMER, TOPIC, Workshop, together


async def stopped(workshop: Workshop, followers: int = 3) -> tuple[object, list[int]]:
    """A key whose second record cannot be applied, with its followers: the key and the ids, in order."""
    key = uuid4()
    await workshop.forbid(key, 2)
    await workshop.deliver(*(workshop.next(key) for _ in range(2 + followers)))
    return key, [row["id"] for row in await workshop.parked(key)]


async def test_one_record_is_tried_alone_and_the_next_of_its_key_comes_in_turn(workshop: Workshop) -> None:
    key, (first, second, *_) = await stopped(workshop)
    await workshop.allow(key, 2)
    mended = await workshop.hand().retry(first)
    assert (mended.applied, mended.failed, mended.waiting) == (1, 0, 3)
    assert await workshop.applied(key) == [1, 2]
    assert [row["reason"] for row in await workshop.parked(key)] == ["Untried", "BehindParked", "BehindParked"]
    assert (await workshop.hand().retry(second)).applied == 1
    assert await workshop.applied(key) == [1, 2, 3]


async def test_a_key_is_applied_in_order_as_far_as_it_goes(workshop: Workshop) -> None:
    key, (first, *_) = await stopped(workshop)
    await workshop.allow(key, 2)
    await workshop.forbid(key, 4)
    mended = await workshop.hand().retry_key(first)
    assert (mended.applied, mended.failed, mended.waiting) == (2, 1, 2)
    assert await workshop.applied(key) == [1, 2, 3]
    assert [(row["sequence"], row["reason"]) for row in await workshop.parked(key)] == [
        (4, "HandlerFailed"),
        (5, "BehindParked"),
    ]


async def test_an_unreadable_follower_does_not_keep_back_those_before_it(workshop: Workshop) -> None:
    """It is found unreadable before the others are tried, and stops only what comes after it."""
    key = uuid4()
    await workshop.forbid(key, 1)
    await workshop.deliver(workshop.next(key), workshop.next(key), workshop.next(key, value=b"{"), workshop.next(key))
    assert [row["reason"] for row in await workshop.parked(key)] == ["HandlerFailed", *["BehindParked"] * 3]
    await workshop.allow(key, 1)
    await workshop.hand().retry_key((await workshop.parked(key))[0]["id"])
    assert await workshop.applied(key) == [1, 2]
    assert [row["reason"] for row in await workshop.parked(key)] == ["NotJson", "BehindParked"]


async def test_a_good_record_before_an_unreadable_one_of_its_key_is_applied_at_once(workshop: Workshop) -> None:
    key = uuid4()
    await workshop.deliver(workshop.next(key), workshop.next(key, value=b"{"), workshop.next(key))
    assert await workshop.applied(key) == [1]
    assert [(row["sequence"], row["reason"]) for row in await workshop.parked(key)] == [
        (2, "NotJson"),
        (3, "BehindParked"),
    ]


async def test_all_of_a_filter_and_no_other_is_tried(workshop: Workshop) -> None:
    keys = [uuid4() for _ in range(5)]
    for key in keys:
        await workshop.forbid(key, 1)
    await workshop.deliver(*(workshop.next(key) for key in keys), workshop.next(uuid4(), value=b"{"))
    for key in keys:
        await workshop.allow(key, 1)
    assert (await workshop.hand().retry_all(Filter(key=str(keys[0])))).applied == 1
    mended = await workshop.hand().retry_all(Filter(reason="HandlerFailed"))
    assert (mended.applied, mended.failed, mended.waiting) == (4, 0, 0)
    assert [row["reason"] for row in await workshop.parked()] == ["NotJson"]


async def test_a_long_queue_is_applied_in_small_transactions_and_told_on_the_way(workshop: Workshop) -> None:
    key, (first, *_) = await stopped(workshop, followers=450)
    await workshop.allow(key, 2)
    told: list[int] = []
    mended = await workshop.hand(tell=lambda total: told.append(total.applied)).retry_key(first)
    assert (mended.applied, mended.waiting) == (451, 0)
    assert told == [200, 400, 451]
    assert await workshop.applied(key) == list(range(1, 453))
    assert len(await workshop.rows("select distinct xmin::text from effect where version > 1")) == 3


async def test_one_request_stops_after_its_share_and_says_that_there_is_more(workshop: Workshop) -> None:
    key, _ = await stopped(workshop, followers=450)
    await workshop.allow(key, 2)
    mended = await workshop.hand(most=200).retry_all(Filter())
    assert (mended.applied, mended.waiting, mended.more) == (200, 251, True)
    mended = await workshop.hand(most=1_000).retry_all(Filter())
    assert (mended.applied, mended.waiting, mended.more) == (251, 0, False)
    assert await workshop.applied(key) == list(range(1, 453))


async def test_a_discarded_record_is_never_applied_and_its_followers_go_on(workshop: Workshop) -> None:
    key, (first, *_) = await stopped(workshop)
    mended = await workshop.hand().discard(first, " Erreur du producteur ")
    assert (mended.applied, mended.waiting) == (3, 0)
    assert await workshop.applied(key) == [1, 3, 4, 5]
    assert await workshop.tries(first) == [("Ada (ada)", "discarded", "Erreur du producteur")]


@pytest.mark.parametrize("reason", ["", "  "])
async def test_nothing_is_discarded_without_a_reason(workshop: Workshop, reason: str) -> None:
    _, (first, *_) = await stopped(workshop)
    with pytest.raises(ReasonMissing):
        await workshop.hand().discard(first, reason)


async def test_only_the_first_of_a_key_can_be_taken_up(workshop: Workshop) -> None:
    _, (_, second, *_) = await stopped(workshop)
    for act in (workshop.hand().retry(second), workshop.hand().retry_key(second), workshop.hand().discard(second, "x")):
        with pytest.raises(BehindAnother):
            await act


async def test_every_act_may_be_repeated(workshop: Workshop) -> None:
    key, (first, second, *_) = await stopped(workshop)
    await workshop.hand().discard(first, "une raison")
    assert (await workshop.hand().discard(first, "une raison")).applied == 0
    assert (await workshop.hand().retry(second)).applied == 0
    assert (await workshop.hand().retry_key(second)).applied == 0
    with pytest.raises(AlreadySettled):
        await workshop.hand().discard(first, "une autre")
    with pytest.raises(AlreadySettled):
        await workshop.hand().retry(first)
    assert await workshop.applied(key) == [1, 3, 4, 5]
    assert len(await workshop.tries(first)) == 1


async def test_every_try_is_written_down_with_its_author_and_the_first_reason_stays(workshop: Workshop) -> None:
    key = uuid4()
    await workshop.forbid(key, 1)
    await workshop.deliver(workshop.next(key))
    (row,) = await workshop.parked(key)
    await workshop.hand("Ada (ada)").retry(row["id"])
    await workshop.allow(key, 1)
    await workshop.hand("Bob (bob)").retry(row["id"])
    assert await workshop.tries(row["id"]) == [
        ("Ada (ada)", "failed", "HandlerFailed"),
        ("Bob (bob)", "applied", ""),
    ]
    async with workshop.process.database.read() as tx:
        found = await find_parked(tx, CONSUMER, row["id"])
    assert found is not None
    assert (found.state, found.attempts, found.first_reason) == ("applied", 3, "HandlerFailed")


async def test_what_is_written_down_cannot_be_changed_by_the_service(workshop: Workshop) -> None:
    _, (first, *_) = await stopped(workshop)
    await workshop.hand().discard(first, "une raison")
    with pytest.raises(asyncpg.RestrictViolationError):
        await workshop._execute("delete from parked_record where id = $1", first)
    for statement in (
        "delete from parked_try",
        "update parked_try set by = ''",
        "delete from parked_reading",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await workshop._execute(statement)


async def test_fifty_at_once_apply_a_record_once(workshop: Workshop) -> None:
    key, (first, *_) = await stopped(workshop)
    await workshop.allow(key, 2)
    outcomes = await together(*(workshop.hand().retry_key(first) for _ in range(50)))
    assert sum(outcome.applied for outcome in outcomes) == 4
    assert await workshop.applied(key) == [1, 2, 3, 4, 5]


async def test_of_a_retry_and_a_discard_at_once_one_is_done_and_the_record_says_which(workshop: Workshop) -> None:
    """A discard that waited for a retry must not call discarded what was applied."""
    for _ in range(10):
        key, (first, *_) = await stopped(workshop, followers=0)
        await workshop.allow(key, 2)
        hand = workshop.hand()
        with suppress(AlreadySettled):
            await together(hand.retry(first), hand.discard(first, "trop tard"))
        (row,) = await workshop.rows("select state from parked_record where id = $1", first)
        assert (row["state"] == "applied") == (await workshop.applied(key) == [1, 2])


async def test_while_the_consumer_parks_more_of_a_key_its_order_holds(workshop: Workshop) -> None:
    """The consumer delivers, people retry at the same time: neither overtakes the other."""
    keys = [uuid4() for _ in range(4)]
    for key in keys:
        await workshop.forbid(key, 1)
    await workshop.deliver(*(workshop.next(key) for key in keys))
    for key in keys:
        await workshop.allow(key, 1)

    async def consume() -> None:
        for _ in range(60):
            await workshop.deliver(*(workshop.next(key) for key in keys for _ in range(3)))

    async def retry() -> None:
        for _ in range(40):
            await workshop.hand().retry_all(Filter())

    await together(consume(), retry(), retry())
    await workshop.hand().retry_all(Filter())
    for key in keys:
        assert await workshop.applied(key) == list(range(1, 182))
    assert await workshop.parked() == []


async def test_a_lock_that_is_held_is_a_refusal_and_nothing_is_lost(
    workshop: Workshop, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, (first, *_) = await stopped(workshop)
    await workshop.allow(key, 2)
    monkeypatch.setattr(workshop.process.database, "_session", {"lock_timeout": "50ms"})
    await workshop.process.database.close()
    async with admin.transaction():
        await admin.execute("select 1 from consumer_position for update")
        with pytest.raises(QueueBusy):
            await workshop.hand().retry_key(first)
    assert (await workshop.hand().retry_key(first)).applied == 4


async def test_records_are_listed_oldest_first_counted_and_filtered(workshop: Workshop) -> None:
    key, (first, *_) = await stopped(workshop)
    await workshop.deliver(workshop.next(uuid4(), value=b"{"), workshop.next(uuid4(), key=None))
    async with workshop.process.database.read() as tx:
        found = await list_parked(tx, CONSUMER, Filter())
        assert [(one.reason, one.followers) for one in found] == [("HandlerFailed", 3), ("NotJson", 0), ("WrongKey", 0)]
        assert [one.id for one in await list_parked(tx, CONSUMER, Filter(key=str(key)[:8]))] == [first]
        assert [one.reason for one in await list_parked(tx, CONSUMER, Filter(reason="NotJson"))] == ["NotJson"]
        assert await list_parked(tx, CONSUMER, Filter(topic="other")) == []
        assert [one.reason for one in await list_parked(tx, CONSUMER, Filter(), limit=1, skip=1)] == ["NotJson"]
        counts = await count_parked(tx, CONSUMER)
    assert {(one.reason, one.stopped, one.followers) for one in counts} == {
        ("HandlerFailed", 1, 3),
        ("NotJson", 1, 0),
        ("WrongKey", 1, 0),
    }


async def test_records_without_a_key_are_each_for_themselves(workshop: Workshop) -> None:
    await workshop.deliver(*(workshop.next(uuid4(), key=None) for _ in range(3)))
    mended = await workshop.hand().retry_all(Filter())
    assert (mended.applied, mended.failed, mended.waiting) == (0, 3, 3)
    first = (await workshop.parked())[0]["id"]
    assert (await workshop.hand().discard(first, "sans clé")).applied == 0
    assert len(await workshop.parked()) == 2


async def test_many_keys_are_taken_up_together(workshop: Workshop) -> None:
    keys = [uuid4() for _ in range(120)]
    for key in keys:
        await workshop.forbid(key, 1)
    await workshop.deliver(*(workshop.next(key) for key in keys for _ in range(2)))
    for key in keys:
        await workshop.allow(key, 1)
    steps: list[int] = []
    mended = await workshop.hand(tell=lambda total: steps.append(total.applied)).retry_all(Filter())
    assert (mended.applied, mended.waiting) == (240, 0)
    assert len(steps) == 3 == -(-120 // mending.KEYS_AT_ONCE)


async def test_what_a_rebuild_leaves_is_lined_up_again(workshop: Workshop) -> None:
    """Settled from outside, a queue may begin with one that waits for nobody, or hold two that stop it."""
    key, (first, second, third, _) = await stopped(workshop)
    await workshop._execute("update parked_record set state = 'applied' where id = $1", first)
    await workshop._execute("update parked_record set reason = 'HandlerFailed' where id = $1", third)
    async with workshop.process.database.transaction() as tx:
        await line_up(tx, CONSUMER, TOPIC)
    assert [(row["id"], row["reason"]) for row in await workshop.parked(key)][:2] == [
        (second, "Untried"),
        (third, "BehindParked"),
    ]
    assert (await workshop.hand().retry_all(Filter())).applied == 3


async def test_what_a_rebuild_under_way_puts_aside_is_its_own(workshop: Workshop) -> None:
    _, (first, *_) = await stopped(workshop)
    await workshop._execute("update parked_record set consumer = 'sandbox rebuilding x'")
    async with workshop.process.database.read() as tx:
        assert await list_parked(tx, CONSUMER, Filter()) == []
    with pytest.raises(NotFound):
        await workshop.hand().retry(first)
