"""A library that says the same thing for ever must not bury what matters."""

import io
import json
import logging

import pytest

from services.chassis import log_repeats, telemetry
from services.chassis.log_repeats import Repeats


class Hand:
    """A clock that is moved by hand."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


def line(
    template: str, *values: object, logger: str = "aiokafka.conn", level: int = logging.ERROR
) -> logging.LogRecord:
    return logging.LogRecord(logger, level, __file__, 1, template, values, None)


def test_a_line_said_again_is_held_back_until_the_quiet_is_over_and_then_counted() -> None:
    hand = Hand()
    repeats = Repeats(quiet=10, now=hand)
    assert repeats.filter(line("no connection to %s", "127.0.0.1:1"))
    assert not any(repeats.filter(line("no connection to %s", f"127.0.0.1:{port}")) for port in range(2, 7))
    hand.at = 10
    after = line("no connection to %s", "127.0.0.1:9")
    assert repeats.filter(after)
    assert after.held_back == 5  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "other",
    [line("another"), line("same", logger="faststream"), line("same", level=logging.WARNING)],
    ids=["text", "logger", "level"],
)
def test_another_line_passes(other: logging.LogRecord) -> None:
    repeats = Repeats(quiet=10, now=Hand())
    assert repeats.filter(line("same"))
    assert repeats.filter(other)


def test_lines_of_our_own_are_never_held_back() -> None:
    repeats = Repeats(quiet=10, now=Hand())
    ours = logging.LogRecord("services", logging.ERROR, __file__, 1, {"event": "relay.restarts"}, (), None)  # type: ignore[arg-type]
    assert repeats.filter(ours)
    assert repeats.filter(ours)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_repeats, "REMEMBERED", 3)
    repeats = Repeats(quiet=10, now=Hand())
    for number in range(10):
        repeats.filter(line(f"text {number}"))
    assert len(repeats._told) <= 3


def test_the_count_is_part_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stdout", written)
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        telemetry._set_up_logs("meetings", "relay")
        hand = Hand()
        (handler,) = root.handlers
        handler.filters[:] = [Repeats(quiet=10, now=hand)]
        for moment in (0.0, 1.0, 11.0):
            hand.at = moment
            logging.getLogger("aiokafka.conn").error("no connection to %s", "127.0.0.1:1")
        first, second = map(json.loads, written.getvalue().splitlines())
        assert ("held_back" in first, second["held_back"]) == (False, 1)
    finally:
        root.handlers[:], root.level = before
