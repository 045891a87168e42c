"""Consumers with one and the same upsert: each in a process of its own, with the same meter inside."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

# As many as our consumer takes of a backlog in one transaction.
BATCH = 2_000
GROUP = "bench"
TABLE = "create table effect (key text primary key, sequence bigint not null, body_name text not null, opened_at text)"
_INTO = "insert into effect as held (key, sequence, body_name, opened_at)"
_NEWER = """
on conflict (key) do update set sequence = excluded.sequence, body_name = excluded.body_name,
    opened_at = excluded.opened_at where held.sequence < excluded.sequence
"""
UPSERT_MANY = f"{_INTO} select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) {_NEWER}"
UPSERT_ONE = f"{_INTO} values ($1, $2, $3, $4) {_NEWER}"

Row = tuple[str, int, str, str | None]


def row_of(value: bytes, headers: Iterable[tuple[str, bytes]]) -> Row:
    """What the arms without our envelope read of a record."""
    return row_of_content(orjson.loads(value), int(dict(headers)["ce_sequence"]))


def row_of_content(content: dict[str, Any], sequence: int) -> Row:
    return content["meeting_id"], sequence, content["body_name"], content.get("opened_at")


def columns(rows: Iterable[Row]) -> list[list[Any]]:
    """The newest row of each key, in the order of the keys, as the columns of UPSERT_MANY."""
    newest: dict[str, Row] = {}
    for row in rows:
        if row[0] not in newest or newest[row[0]][1] < row[1]:
            newest[row[0]] = row
    return [list(column) for column in zip(*sorted(newest.values()), strict=True)]


@dataclass
class Meter:
    """Counts what is committed, from the first record handed out on, and writes the figures when all is."""

    wanted: int
    report: Path
    done: int = 0
    began: float | None = None
    cpu: float = 0.0

    def begin(self) -> None:
        if self.began is None:
            self.began, self.cpu = time.perf_counter(), time.process_time()

    def add(self, committed: int) -> bool:
        """True once everything wanted is committed; the report is written then."""
        assert self.began is not None
        self.done += committed
        if self.done < self.wanted:
            return False
        figures = {
            "records": self.done,
            "seconds": time.perf_counter() - self.began,
            "cpu": time.process_time() - self.cpu,
        }
        partial = self.report.with_suffix(".partial")
        partial.write_text(json.dumps(figures))
        os.replace(partial, self.report)
        return True


def arguments() -> tuple[str, str, str, Meter]:
    """Database, Kafka, topic and the meter, from the command line of an arm."""
    url, bootstrap, topic, wanted, report = sys.argv[1:6]
    return url, bootstrap, topic, Meter(int(wanted), Path(report))


def chosen(names: Sequence[str]) -> list[str]:
    """What follows the five arguments."""
    return [name for name in sys.argv[6:] if name in names]
