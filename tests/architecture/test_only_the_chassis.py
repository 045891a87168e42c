"""What only the chassis does: open transactions, speak to Kafka, write the outbox, read the clock."""

import re

import pytest

from tests.architecture.sources import SERVICES, Source, sources

OWN = [source for name in SERVICES for source in sources(f"services/{name}")]
ALL = sources("services", "schemas")
RELAY = {source.name for source in sources("services/chassis/relay")}


@pytest.mark.parametrize("source", OWN, ids=lambda source: source.name)
def test_a_service_takes_its_transactions_from_the_chassis(source: Source) -> None:
    opened = [
        (name, line)
        for name, line in source.calls()
        if name.endswith((".transaction", "asyncpg.connect", "create_pool"))
    ]
    # A service's own loop (Worker) has no pipeline around it: it asks the chassis for each of its transactions.
    assert [(name, line) for name, line in opened if name != "running.database.transaction"] == []


@pytest.mark.parametrize("source", OWN, ids=lambda source: source.name)
def test_a_service_never_speaks_to_kafka(source: Source) -> None:
    libraries = {"aiokafka", "faststream", "confluent_kafka"}
    assert not {name for name in source.imports() if name.split(".")[0] in libraries}


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.name)
def test_only_the_clock_reads_a_clock(source: Source) -> None:
    if source.name == "services/chassis/clock.py":
        return
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    assert [(name, line) for name, line in source.calls() if name in clocks] == []


def test_nobody_changes_the_session_of_a_pooled_connection() -> None:
    # The pool resets nothing between two users (database.keep_session), so nothing may outlive a transaction.
    session = re.compile(
        r"^\s*(un)?listen \w+;?$|\bset (session|role|search_path|\w+_timeout)\b"
        r"|\bpg_(try_)?advisory_lock\b|\bset_config\(.*false",
        re.IGNORECASE,
    )
    own_connection = {
        "services/chassis/consumer/batches.py",
        "services/chassis/migrations.py",
        "services/chassis/rebuild/rebuilding.py",
    }
    changing = {source.name for source in ALL if any(session.search(text) for text in source.statements())}
    listening = {source.name for source in ALL if any(name.endswith(".add_listener") for name, _ in source.calls())}
    assert changing - own_connection - RELAY == set()
    assert listening <= RELAY


def test_a_use_case_holds_no_sql_and_no_try() -> None:
    sql = re.compile(r"\b(select|insert into|update|delete from)\s", re.IGNORECASE)
    wrong = [
        source.name
        for source in OWN
        if "/use_cases/" in source.name and (source.has_try() or any(sql.match(text) for text in source.texts()))
    ]
    assert wrong == []
