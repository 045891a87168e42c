"""Kept connections to one service: a connection is opened when none is free, and used again after a whole answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import h11
from starlette.types import Message, Receive

CONNECT_SECONDS = 3
ANSWER_SECONDS = 60
# Below the time for which services keep a silent connection, so that none is used in the moment it is closed.
IDLE_SECONDS = 30
PIECE = 65_536

Broken = (OSError, EOFError, TimeoutError, h11.RemoteProtocolError)


class Upstream:
    """The service at `address`, asked over at most `most` connections at once; further requests wait in line."""

    def __init__(self, address: str, most: int = 100) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._room = asyncio.Semaphore(most)
        self._free: list[Line] = []

    @asynccontextmanager
    async def ask(self, head: h11.Request, receive: Receive) -> AsyncIterator[Line]:
        """Sends `head` and the body that `receive` gives while the caller reads the answer. Raises one of `Broken`."""
        async with self._room:
            line = self._kept() or await Line.to(self._host, self._port)
            sending = asyncio.create_task(line.send(head, receive))
            try:
                yield line
            finally:
                sending.cancel()
                if line.can_be_kept():
                    self._free.append(line)
                else:
                    line.close()

    def close(self) -> None:
        while self._free:
            self._free.pop().close()

    def _kept(self) -> Line | None:
        while self._free:
            line = self._free.pop()
            if line.fresh():
                return line
            line.close()
        return None


class Line:
    """One connection, used for one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._protocol = h11.Connection(h11.CLIENT)
        self._used = time.monotonic()

    @classmethod
    async def to(cls, host: str, port: int) -> Line:
        async with asyncio.timeout(CONNECT_SECONDS):
            return cls(*await asyncio.open_connection(host, port))

    async def send(self, head: h11.Request, receive: Receive) -> None:
        """The whole request. A broken connection is told by the reading side, which may still find an answer."""
        written = self._protocol.send(head) or b""
        more = True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    self.close()
                    return
                more = message.get("more_body", False)
                self._writer.write(written + self._content(message, more))
                written = b""
                await self._writer.drain()
        except OSError:
            return

    def _content(self, message: Message, more: bool) -> bytes:
        content = self._protocol.send(h11.Data(message["body"])) or b"" if message.get("body") else b""
        return content if more else content + (self._protocol.send(h11.EndOfMessage()) or b"")

    async def head(self) -> h11.Response:
        """The answer's status and headers."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                event = await self._event()
                if isinstance(event, h11.Response):
                    return event

    async def pieces(self) -> AsyncIterator[bytes]:
        """The answer's body as it arrives."""
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)

    async def _event(self) -> h11.Event:
        while True:
            event = self._protocol.next_event()
            if isinstance(event, h11.Event):
                if isinstance(event, h11.ConnectionClosed):
                    raise EOFError
                return event
            self._protocol.receive_data(await self._reader.read(PIECE))

    def can_be_kept(self) -> bool:
        """Whether both sides have said everything; then the connection is ready for the next request."""
        if self._protocol.our_state is not h11.DONE or self._protocol.their_state is not h11.DONE:
            return False
        self._protocol.start_next_cycle()
        self._used = time.monotonic()
        return True

    def fresh(self) -> bool:
        closed = self._reader.at_eof() or self._writer.is_closing()
        return not closed and time.monotonic() - self._used < IDLE_SECONDS

    def close(self) -> None:
        self._writer.close()
