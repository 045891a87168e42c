"""The telemetry of one journey, frozen: from convening a meeting to its mails and the dashboard."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from oteltap import OtelTapHttpProtobufReceiver, OtelTapHttpProtobufReceiverSettings

from deploy.local.ports import free_port
from deploy.local.stack import Stack
from deploy.local.year.playing import Player
from deploy.local.year.script import steps
from tests.support.eventually import eventually

GOLDEN = Path(__file__).with_name("telemetry_of_a_journey.json")
REMEDY = (
    "the telemetry of a journey has changed. If that is meant: CISPD_WRITE_GOLDEN=1 .venv/bin/pytest "
    "tests/e2e/test_telemetry_of_a_journey.py, read the difference, commit it; dashboards may rest on the old names."
)
# Theirs differ from run to run: identities, places, sizes.
VARYING = frozenset(
    {
        "cispd.delivery.id",
        "messaging.message.id",
        "messaging.destination.partition.id",
        "messaging.kafka.offset",
        "messaging.batch.message_count",
        "server.address",
        "server.port",
    }
)
KINDS = {number: name.removeprefix("SPAN_KIND_").lower() for name, number in Span.SpanKind.items()}


@dataclass
class Told:
    """All that the processes told a collector."""

    spans: list[Span] = field(default_factory=list)

    async def listen(self, receiver: OtelTapHttpProtobufReceiver) -> None:
        async for span in receiver.stream_traces():
            self.spans.append(span)

    def journey(self) -> list[dict[str, Any]]:
        """The shapes of the spans in the trace of the convening, and of the batches that link to it; no SQL."""
        spans = list(self.spans)
        by_id = {span.span_id: span for span in spans}
        roots = [span for span in spans if span.name.startswith("PUT") and "convening" in span.name]
        assert len(roots) == 1
        trace = {span.span_id for span in spans if span.trace_id == roots[0].trace_id}
        of_it = [
            span
            for span in spans
            if (span.span_id in trace or any(link.span_id in trace for link in span.links)) and not _is_sql(span)
        ]
        shapes = {json.dumps(shape, sort_keys=True) for span in of_it for shape in _shapes(span, by_id, trace)}
        return [json.loads(shape) for shape in sorted(shapes)]


def _is_sql(span: Span) -> bool:
    return any(attribute.key == "db.system.name" for attribute in span.attributes)


def _shapes(span: Span, by_id: dict[bytes, Span], trace: set[bytes]) -> list[dict[str, Any]]:
    """One shape; of a batch one for each kind of link into the journey, since what came at once differs."""
    parent = by_id.get(span.parent_span_id)
    shape = {
        "name": _name(span),
        "kind": KINDS[span.kind],
        "parent": None if parent is None else _name(parent),
        "attributes": {
            each.key: "…" if each.key in VARYING else each.value.string_value or each.value.int_value
            for each in span.attributes
            if not (_is_batch(span) and each.key in ("messaging.destination.name", "cispd.links_left_out"))
        },
    }
    if _is_batch(span):
        linked = {_name(by_id[link.span_id]) for link in span.links if link.span_id in trace & by_id.keys()}
        return [shape | {"links": [name]} for name in sorted(linked)]
    return [shape | {"links": sorted({_name(by_id[each.span_id]) for each in span.links if each.span_id in by_id})}]


def _is_batch(span: Span) -> bool:
    return any(attribute.key == "messaging.batch.message_count" for attribute in span.attributes)


def _name(span: Span) -> str:
    return "process (a batch)" if _is_batch(span) else span.name


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    port, told = free_port(), Told()
    settings = OtelTapHttpProtobufReceiverSettings(http_port=port)
    with tempfile.TemporaryDirectory(prefix="cispd-", ignore_cleanup_errors=True) as folder:
        async with (
            OtelTapHttpProtobufReceiver(settings) as receiver,
            Stack(Path(folder), environment={"CISPD_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}) as stack,
        ):
            listening = asyncio.create_task(told.listen(receiver))
            player = Player(stack, patience=90)
            for step in steps():
                await player.play(step)
                if step.act == "convene":
                    break
            yield told
            listening.cancel()


async def test_names_kinds_attributes_and_edges_of_a_journey_are_what_dashboards_rest_on(told: Told) -> None:
    if os.environ.get("CISPD_WRITE_GOLDEN"):
        shapes: list[Any] = []

        async def comes_to_rest() -> bool:
            shapes.append(told.journey())
            return len(shapes) > 20 and shapes[-1] == shapes[-20] and len(shapes[-1]) > 5

        await eventually(comes_to_rest, within=60, every=0.5)
        GOLDEN.write_text(json.dumps(shapes[-1], indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    frozen = json.loads(GOLDEN.read_text(encoding="utf-8"))

    def same() -> bool:
        assert told.journey() == frozen, REMEDY
        return True

    await eventually(same, within=60, every=0.5)
