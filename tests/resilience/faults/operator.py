"""The operator's commands at work under load, and killed in the middle of it."""

import random
import signal
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.resilience.faults import Possible
from tests.resilience.interrupting import arm
from tests.resilience.system import System
from tests.support.eventually import eventually

RETRY = ("parked", "retry", "--all")
# A key with a record that waits behind the one that stops it.
QUEUES = "select from parked_record where state = 'parked' group by topic, key having count(*) > 1"


@dataclass
class ParkedRetried(Possible):
    """The causes of all that is parked are mended and it is taken up again, while writers add to the same keys."""

    seconds: float = 0.0
    touches: ClassVar[str] = "parked"

    def __str__(self) -> str:
        return "parked records mended and retried"

    async def inject(self, system: System, dice: random.Random) -> None:
        await eventually(lambda: system.fetch(QUEUES), within=120)
        await system.mend()

    async def heal(self, system: System) -> None:
        system.operator_armed.unlink(missing_ok=True)
        await eventually(lambda: _done(system), within=120)


class RetryKilled(ParkedRetried):
    """Killed with effects applied and nothing committed, and again just after a commit of which it does not know."""

    def __str__(self) -> str:
        return "parked retry killed between effects and commit, and just after a commit"

    async def inject(self, system: System, dice: random.Random) -> None:
        await super().inject(system, dice)
        # The first commit is that of reading which keys there are.
        moments: tuple[dict[str, Any], ...] = (
            {"statement": "insert into parked_try"},
            {"statement": "COMMIT", "after": True, "let_pass": 1},
        )
        for moment in moments:
            arm(system.operator_armed, **moment, sent=signal.SIGKILL)
            done = await system.operate(*RETRY)
            assert done.returncode == -signal.SIGKILL, f"it came to no {moment}: {done.stdout}{done.stderr}"


async def _done(system: System) -> bool:
    """A key that is busy for longer than the command waits is refused by it with that word: the operator asks again."""
    done = await system.operate(*RETRY)
    assert done.returncode == 0, done.stdout + done.stderr
    return True
