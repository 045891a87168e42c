"""A load generator's own HTTP/1.1: kept connections, one write a request, and as little work as an answer needs.

The generator shares the cores with what it measures. A full client takes milliseconds a request, and once requests wait
its pool takes time that grows with their number: it would measure itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Caller:
    """Requests to `address` with `headers`; as many connections as requests are under way."""

    address: str
    headers: Mapping[str, str]
    _free: list[Line] = field(default_factory=list)

    async def put(self, path: str, content: object) -> int:
        """The status of the answer, once all of it is there. Raises OSError or EOFError when the connection breaks."""
        reader, writer = self._free.pop() if self._free else await self._open()
        writer.write(self._request(path, orjson.dumps(content)))
        head = await reader.readuntil(b"\r\n\r\n")
        if found := LENGTH.search(head):
            await reader.readexactly(int(found[1]))
        else:
            await _to_the_last_chunk(reader)
        self._free.append((reader, writer))
        return int(head[9:12])

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


async def _to_the_last_chunk(reader: asyncio.StreamReader) -> None:
    while size := int((await reader.readline()).partition(b";")[0], 16):
        await reader.readexactly(size + 2)
    await reader.readline()
