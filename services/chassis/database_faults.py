"""Which failures of PostgreSQL pass by themselves, and which are the fault of what was asked."""

from __future__ import annotations

import asyncpg

from services.chassis.errors import Unavailable

CONNECTION_FAULTS: tuple[type[BaseException], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleSessionTimeoutError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # The driver's state when the server's last words have come and the end of the connection not yet: whatever is
    # asked then is refused as if another operation were under way. What a value makes of it is a DataError instead.
    asyncpg.InternalClientError,
)

# class 40: deadlock and serialisation; 53: resources; 55: lock not available; 57: operator intervention; 58: system;
# and what a part of ours says when something it needs is away, the database among them
TRANSIENT_FAULTS: tuple[type[BaseException], ...] = (
    *CONNECTION_FAULTS,
    asyncpg.TransactionRollbackError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    Unavailable,
)


def is_connection_fault(fault: BaseException) -> bool:
    """Whether the server could not be reached or dropped us: trying again later may work."""
    return isinstance(fault, CONNECTION_FAULTS)


def is_transient(fault: BaseException) -> bool:
    """Whether the same work may succeed if tried again: an outage, a deadlock, a serialisation failure."""
    return isinstance(fault, TRANSIENT_FAULTS)
