"""A load generator's own HTTP/1.1: kept connections, one write a request, and as little work as an answer needs.

The generator shares the cores with what it measures. A full client takes milliseconds a request, and once requests wait
its pool takes time that grows with their number: it would measure itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson

PATIENCE = 60.0
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Caller:
    """Requests to `address` with `headers`; as many connections as requests are under way."""

    address: str
    headers: Mapping[str, str]
    _free: list[Line] = field(default_factory=list)

    async def put(self, path: str, content: object) -> int:
        """The status of the answer, once all of it is there.

        A server may close a kept connection while the next request is on its way. Nothing of an answer came then, and
        a PUT may be sent twice: it goes once more, on a new connection, as browsers do. Raises OSError when no
        connection opens or an answer breaks off, also when it is no HTTP or takes longer than PATIENCE.
        """
        request = self._request(path, orjson.dumps(content))
        if (kept := self._kept()) is not None:
            with suppress(_ClosedBeforeAnyAnswer):
                return await self._ask(kept, request)
        return await self._ask(await self._open(), request)

    def _kept(self) -> Line | None:
        """A connection that is free and, as far as is known here, still open."""
        while self._free:
            line = self._free.pop()
            if not line[0].at_eof():
                return line
            line[1].close()
        return None

    async def _ask(self, line: Line, request: bytes) -> int:
        reader, writer = line
        try:
            async with asyncio.timeout(PATIENCE):
                writer.write(request)
                status = await _answer(reader)
        except BaseException as broken:
            writer.close()
            if isinstance(broken, (EOFError, ValueError, asyncio.LimitOverrunError)):
                raise ConnectionError(f"an answer broke off: {broken}") from broken
            raise
        self._free.append(line)
        return status

    def close(self) -> None:
        while self._free:
            self._free.pop()[1].close()

    async def _open(self) -> Line:
        parts = urlsplit(self.address)
        return await asyncio.open_connection(parts.hostname, parts.port)

    def _request(self, path: str, body: bytes) -> bytes:
        given = {"host": urlsplit(self.address).netloc, "content-type": "application/json", **self.headers}
        lines = [f"PUT {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body


class _ClosedBeforeAnyAnswer(ConnectionError):
    """The server closed the connection and had sent nothing."""


async def _answer(reader: asyncio.StreamReader) -> int:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionResetError, BrokenPipeError) as closed:
        if getattr(closed, "partial", b""):
            raise
        raise _ClosedBeforeAnyAnswer("the connection was closed before any answer") from closed
    if found := LENGTH.search(head):
        await reader.readexactly(int(found[1]))
    else:
        await _to_the_last_chunk(reader)
    return int(head[9:12])


async def _to_the_last_chunk(reader: asyncio.StreamReader) -> None:
    while size := int((await reader.readline()).partition(b";")[0], 16):
        await reader.readexactly(size + 2)
    await reader.readline()
