"""A TCP proxy that can fall silent as a network does, or cut every connection."""

import asyncio
import socket
import struct
from contextlib import suppress

from deploy.local.ports import LOOPBACK, free_port

NOW = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset


class Door:
    """Listens on `port` and leads to `target`. Silent, it carries nothing and answers nothing."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = free_port()
        self._open, self._ending = _opened(), _opened()
        self._streams: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.speak()
        self.tell_ends()
        self.cut()

    def fall_silent(self) -> None:
        """From now on nothing passes, and nobody is told."""
        self._open.clear()

    def speak(self) -> None:
        """What was held up passes; nothing was lost on the way."""
        self._open.set()

    def lose(self) -> None:
        """Whoever was silent stays so for good and is not told; who comes from now on passes."""
        self._open.clear()
        self._open = _opened()

    def hold_ends(self) -> None:
        """From now on what is said passes, but nobody is told that the other side is gone, until `tell_ends`."""
        self._ending.clear()

    def tell_ends(self) -> None:
        self._ending.set()

    def cut(self) -> None:
        """Resets every connection."""
        for stream in list(self._streams):
            with suppress(OSError):
                stream.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
            stream.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._streams.add(writer)
        ways: list[asyncio.Task[None]] = []
        passing = self._open
        try:
            await passing.wait()
            onward, back = await asyncio.open_connection(LOOPBACK, self.target)
            self._streams.add(back)
            ways = [
                asyncio.create_task(_carry(reader, back, passing)),
                asyncio.create_task(_carry(onward, writer, passing)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await self._ending.wait()
        except OSError:
            pass  # nobody behind the door: the caller sees the connection end
        finally:
            for way in ways:
                way.cancel()
            for stream in (writer, back) if ways else (writer,):
                self._streams.discard(stream)
                stream.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passing: asyncio.Event) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            await passing.wait()
            writer.write(data)
            await writer.drain()


def _opened() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event
