"""The load generator's own HTTP, against answers of both forms and servers that close."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from benchmarks.harness.caller import Caller

WHOLE = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}"
IN_CHUNKS = b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n3\r\nabc\r\n0\r\n\r\n"
BROKEN_OFF = b"HTTP/1.1 201 Created\r\ncontent-le"

Asked = list[tuple[int, bytes, bytes]]
# What to answer to a connection's request, both numbered from 1; nothing closes the connection.
Answers = Callable[[int, int], bytes]


@asynccontextmanager
async def _serving(answers: Answers) -> AsyncIterator[tuple[Caller, Asked]]:
    """A caller of a server that answers as told, and what was asked: connection, request line, body."""
    connections, asked = 0, Asked()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        connection, request = connections, 0
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                request += 1
                asked.append((connection, head.splitlines()[0], await reader.readexactly(9)))
                writer.write(answer := answers(connection, request))
                if answer not in (WHOLE, IN_CHUNKS):
                    break
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        caller = Caller(f"http://{host}:{port}", {"authorization": "Bearer x"})
        yield caller, asked
        caller.close()


@pytest.mark.parametrize("answer", [WHOLE, IN_CHUNKS], ids=["whole", "in chunks"])
async def test_an_answer_is_read_to_its_end_and_the_connection_is_used_again(answer: bytes) -> None:
    async with _serving(lambda connection, request: answer) as (caller, asked):
        assert [await caller.put("/a", {"n": 123}) for _ in range(2)] == [201, 201]

    assert asked == [(1, b"PUT /a HTTP/1.1", b'{"n":123}')] * 2


async def test_a_request_on_a_kept_connection_that_is_closed_without_an_answer_is_sent_once_more() -> None:
    async with _serving(lambda connection, request: WHOLE if request == 1 else b"") as (caller, asked):
        assert [await caller.put("/a", {"n": 123}) for _ in range(2)] == [201, 201]

    assert [connection for connection, *_ in asked] == [1, 1, 2]


async def test_a_request_on_a_new_connection_that_is_closed_without_an_answer_is_not_sent_again() -> None:
    async with _serving(lambda connection, request: b"") as (caller, asked):
        with pytest.raises(OSError, match="before any answer"):
            await caller.put("/a", {"n": 123})

    assert len(asked) == 1


async def test_a_request_whose_answer_breaks_off_is_not_sent_again() -> None:
    async with _serving(lambda connection, request: WHOLE if request == 1 else BROKEN_OFF) as (caller, asked):
        assert await caller.put("/a", {"n": 123}) == 201
        with pytest.raises(OSError, match="broke off"):
            await caller.put("/b", {"n": 123})

    assert [line for _, line, _ in asked] == [b"PUT /a HTTP/1.1", b"PUT /b HTTP/1.1"]


async def test_an_answer_that_is_no_http_is_told_as_a_broken_connection() -> None:
    async with _serving(lambda connection, request: b"HTTP/1.1 2\r\n\r\nzz\r\n") as (caller, _):
        with pytest.raises(OSError, match="broke off"):
            await caller.put("/a", {"n": 123})
