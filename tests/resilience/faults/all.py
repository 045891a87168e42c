"""Every fault of the suite, by what it harms."""

from tests.resilience.faults import Fault
from tests.resilience.faults.clock import ApplicationClockJumps, WallClockJumps
from tests.resilience.faults.network import Cuts, End, Silence
from tests.resilience.faults.operator import ParkedRetried, RetryKilled
from tests.resilience.faults.processes import Frozen, Interrupted, Killed, MembersComeAndGo
from tests.resilience.faults.servers import BackendKilled, BrokerFull, BrokerKilled, PostgresCrashed, SessionsEnded
from tests.resilience.faults.shards import ShardsChange, ShardsChangeWhileOneIsBehind

# Frozen for longer than the relay's lock is silent (2 s), than the group waits for a member (6 s).
ROLES: list[Fault] = [
    Killed(role="relay"),
    Killed(role="consumer"),
    Killed(role="timers"),
    Killed(role="workers"),
    Frozen(5, role="relay"),
    Frozen(8, role="consumer"),
    Frozen(2, role="timers"),
    Frozen(2, role="workers"),
    MembersComeAndGo(),
    ShardsChange(),
]
MOMENTS: list[Fault] = [
    Interrupted(role="relay", statement="update outbox_cursor", meaning="between acknowledgement and cursor"),
    Interrupted(role="relay", statement="update outbox_cursor", meaning="between acknowledgement and cursor", frozen=4),
    Interrupted(role="relay", statement="update outbox_cursor", meaning="just after it moved its cursor", after=True),
    Interrupted(role="consumer", statement="insert into holding", meaning="between effects and commit", after=True),
    Interrupted(
        role="consumer", statement="insert into holding", meaning="inside its transaction", frozen=8, after=True
    ),
    Interrupted(role="consumer", statement="BEGIN;", meaning="with records in hand, before its transaction", frozen=8),
    Interrupted(role="consumer", statement="COMMIT", meaning="just after its commit", after=True),
    Interrupted(role="timers", statement="delete from timer", meaning="while a timer fires", after=True),
    Interrupted(role="workers", statement="COMMIT", meaning="before it knows of its commit", after=True),
]
SERVERS: list[Fault] = [BrokerKilled(), BrokerFull(), PostgresCrashed(), BackendKilled(), SessionsEnded()]
NETWORK: list[Fault] = [
    Silence(6, "broker", ["relay"]),
    Silence(12, "broker", ["relay"], End.RESET),
    Silence(10, "broker", ["consumer"], End.RESET),
    Silence(8, "database"),
    Silence(5, "database", end=End.RESET),
    Cuts(server="database"),
    Cuts(server="broker", roles=["relay"]),
    Cuts(server="broker", roles=["consumer"]),
]
# Where there is time for more.
FURTHER: list[Fault] = [
    *(
        Silence(8, "database", [role], end)
        for role in ("relay", "consumer", "timers", "workers")
        for end in (End.RESUMED, End.LOST)
    ),
    Silence(8, "broker", ["relay"], End.LOST),
]
CLOCKS: list[Fault] = [ApplicationClockJumps(0), WallClockJumps(0)]
# Played alone and in combinations.
SHORT: list[Fault] = [*ROLES, *MOMENTS, *SERVERS, *NETWORK, *CLOCKS]
LONG: list[Fault] = [*SHORT, *FURTHER]
# Relays that are to share shards first need their servers, and so does what an operator does: combined with nothing.
SHARDED: list[Fault] = [
    Killed(role="relay", shards=2),
    Frozen(5, role="relay", shards=3),
    ShardsChangeWhileOneIsBehind(),
]
OPERATOR: list[Fault] = [ParkedRetried(), RetryKilled()]
