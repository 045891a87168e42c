"""The local clock: one file moves every process."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local.clock import LocalClock
from services.chassis.clock import Clock


def test_a_service_lives_at_the_moment_the_stack_says(tmp_path: Path) -> None:
    local = LocalClock(tmp_path / "clock")
    service = Clock(tmp_path / "clock")
    moment = datetime(2017, 1, 20, 13, tzinfo=UTC)
    local.move_to(moment)
    assert timedelta() <= service.now() - moment < timedelta(minutes=1)
    local.move_to(moment + timedelta(days=30))
    assert service.now() - moment >= timedelta(days=30)
