"""The load generator's own HTTP, against answers of both forms."""

import asyncio
from contextlib import suppress

import pytest

from benchmarks.harness.caller import Caller

WHOLE = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}"
IN_CHUNKS = b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n3\r\nabc\r\n0\r\n\r\n"


@pytest.mark.parametrize("answer", [WHOLE, IN_CHUNKS], ids=["whole", "in chunks"])
async def test_an_answer_is_read_to_its_end_and_the_connection_is_used_again(answer: bytes) -> None:
    connections, asked = 0, []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                asked.append((head.splitlines()[0], await reader.readexactly(9)))
                writer.write(answer)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        caller = Caller(f"http://{host}:{port}", {"authorization": "Bearer x"})
        assert [await caller.put("/a", {"n": 123}) for _ in range(2)] == [201, 201]
        caller.close()
    assert connections == 1
    assert asked == [(b"PUT /a HTTP/1.1", b'{"n":123}')] * 2
