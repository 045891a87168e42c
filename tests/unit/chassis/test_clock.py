from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.chassis.clock import Clock


def test_without_a_file_the_clock_is_the_real_one() -> None:
    before = datetime.now(UTC)
    assert before <= Clock().now() <= datetime.now(UTC)


def test_the_offset_of_the_file_moves_the_clock_at_once(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = Clock(file)
    assert clock.offset() == timedelta()
    file.write_text("-3600")
    assert clock.offset() == timedelta(hours=-1)
    file.write_text("86400.5")
    assert clock.offset() == timedelta(days=1, seconds=0.5)


def test_tokens_keep_the_real_time(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("-300000000")
    assert abs(Clock(file).wall() - datetime.now(UTC)) < timedelta(minutes=1)
