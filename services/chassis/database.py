"""The service's PostgreSQL: a pool that waits while the server is away, and one transaction per act."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from services.chassis.database_faults import is_connection_fault
from services.chassis.database_spans import record_query
from services.chassis.errors import Unavailable

if TYPE_CHECKING:
    Connection: TypeAlias = PoolConnectionProxy[Any]
else:
    Connection = PoolConnectionProxy

SESSION_DEFAULTS: Mapping[str, str] = {
    "timezone": "UTC",
    "jit": "off",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15s",
}


class DatabaseUnavailable(Unavailable):
    """PostgreSQL did not answer within the patience of the pool; nothing was begun."""


def jsonb_bytes(value: Any) -> bytes:
    """`value` in the binary form of jsonb."""
    return b"\x01" + orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


async def prepare_connection(connection: Any) -> None:
    """Codecs and query spans that every connection of ours has, pooled or not."""
    async with told_when_lost(connection):
        await connection.set_type_codec(
            "jsonb",
            encoder=jsonb_bytes,
            decoder=lambda stored: orjson.loads(stored[1:]),
            schema="pg_catalog",
            format="binary",
        )
        await connection.set_type_codec(
            "json", encoder=orjson.dumps, decoder=orjson.loads, schema="pg_catalog", format="binary"
        )
    connection.add_query_logger(record_query)


def is_lost(connection: Connection) -> bool:
    """Whether the connection is gone; one that the pool took back when it broke refuses even to be asked."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


@asynccontextmanager
async def told_when_lost(connection: Connection) -> AsyncIterator[None]:
    """A connection that goes away in the block is a passing fault, not the driver's complaint about what comes next."""
    try:
        yield
    except asyncpg.InternalClientError as fault:
        # The server has said its last word; nobody should get this connection from the pool until its end arrives too.
        if not is_lost(connection):
            connection.terminate()
        raise asyncpg.ConnectionDoesNotExistError("the server ended the connection") from fault
    except asyncpg.InterfaceError as fault:
        if is_lost(connection):
            raise asyncpg.ConnectionDoesNotExistError("the connection was lost meanwhile") from fault
        raise


async def keep_session(_: Any) -> None:
    """Takes the place of asyncpg's RESET ALL between two users of a pooled connection: a turn to the server saved.

    Nobody changes the session of one: settings are `set local`, locks are of the transaction, listening and session
    locks have connections of their own. asyncpg has rolled back and dropped listeners before it calls this.
    """


class Database:
    """A lazy pool on `url`.

    `patience` (seconds) is how long an act waits for a connection while the server is away before it is refused with
    DatabaseUnavailable. `silence` (seconds) is how long a statement may take before the server counts as gone: it then
    raises TimeoutError, and all connections are made anew. `session` overrides PostgreSQL session settings such as
    lock_timeout.
    """

    def __init__(
        self,
        url: str,
        *,
        min_size: int = 0,
        max_size: int = 10,
        patience: float = 5.0,
        silence: float | None = None,
        session: Mapping[str, str] | None = None,
        application_name: str = "cispd",
    ) -> None:
        self.url = url
        self.patience = patience
        self.silence = silence
        self._sizes = (min_size, max_size)
        self._session = {**SESSION_DEFAULTS, **(session or {}), "application_name": application_name}
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Prepares the pool; connects only when `min_size` asks for it, retrying for as long as `patience`."""
        await self._opened()

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                await asyncio.wait_for(pool.close(), timeout=5)
            except (TimeoutError, OSError, asyncpg.PostgresError):
                pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A pooled connection outside any transaction; for operations that manage their own."""
        pool, connection = await self._acquire()
        try:
            async with self._cut_when_silent(connection), told_when_lost(connection):
                yield connection
        finally:
            await pool.release(connection, timeout=5)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A read-write transaction (READ COMMITTED), committed on leaving without an exception."""
        async with (
            self.connection() as connection,
            connection.transaction(),
            self._cut_when_silent(connection),
        ):
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """A read-only transaction in which every statement sees the same moment."""
        async with (
            self.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
            self._cut_when_silent(connection),
        ):
            yield connection

    async def dedicated(self, *, patience: float = 10.0, **session: str) -> Connection:
        """A connection outside the pool, for locks and listening; the caller closes it. Does not retry.

        `session` are PostgreSQL settings; a statement that takes longer than `patience` seconds raises TimeoutError.
        """
        settings = {**self._session, **session}
        connection = await asyncpg.connect(self.url, server_settings=settings, timeout=5, command_timeout=patience)
        await prepare_connection(connection)
        return cast(Connection, connection)

    def usage(self) -> tuple[int, int, int]:
        """Connections in use, idle ones, and how many there may be."""
        if self._pool is None:
            return 0, 0, self._sizes[1]
        idle = self._pool.get_idle_size()
        return self._pool.get_size() - idle, idle, self._pool.get_max_size()

    async def answers(self) -> bool:
        """Whether the server answers now; for readiness."""
        try:
            async with asyncio.timeout(4), self.connection() as connection:
                return cast(int, await connection.fetchval("select 1", timeout=2)) == 1
        except Exception as fault:
            if is_connection_fault(fault) or isinstance(fault, DatabaseUnavailable):
                return False
            raise

    @asynccontextmanager
    async def _cut_when_silent(self, connection: Connection) -> AsyncIterator[None]:
        """After a statement without an answer nothing more is asked of it: to roll back or cancel would wait again.

        The pool's other connections lead to the same silence: they are made anew when next wanted.
        """
        try:
            yield
        except TimeoutError:
            if not is_lost(connection):
                connection.terminate()
            if self._pool is not None:
                await self._pool.expire_connections()
            raise

    async def _acquire(self) -> tuple[asyncpg.Pool, Connection]:
        deadline, pause = time.monotonic() + self.patience, 0.05
        while True:
            pool = await self._opened()
            try:
                # Not its own timeout, which makes a task of each acquisition.
                async with asyncio.timeout(max(self.patience, 0.1)):
                    return pool, cast(Connection, await pool.acquire())
            except Exception as fault:
                if not is_connection_fault(fault):
                    raise
                if time.monotonic() + pause > deadline:
                    raise DatabaseUnavailable from fault
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                minimum, maximum = self._sizes
                self._pool = await self._connect_pool(minimum, maximum)
            return self._pool

    async def _connect_pool(self, minimum: int, maximum: int) -> asyncpg.Pool:
        deadline, pause = time.monotonic() + self.patience, 0.05
        while True:
            try:
                return await asyncpg.create_pool(
                    self.url,
                    min_size=minimum,
                    max_size=maximum,
                    init=prepare_connection,
                    reset=keep_session,
                    server_settings=self._session,
                    timeout=5,
                    command_timeout=self.silence,
                )
            except Exception as fault:
                if not is_connection_fault(fault):
                    raise
                if time.monotonic() + pause > deadline:
                    raise DatabaseUnavailable from fault
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)
