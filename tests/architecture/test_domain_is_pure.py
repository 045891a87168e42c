"""A domain decides from what it is given: no clock, no chance, no file, no server."""

import pytest

from tests.architecture.sources import SERVICES, Source, sources

DOMAIN = [source for name in SERVICES for source in sources(f"services/{name}/domain")]
FORBIDDEN_MODULES = {
    *("asyncio", "socket", "ssl", "http", "urllib.request", "smtplib", "subprocess", "threading", "multiprocessing"),
    *("os", "io", "pathlib", "shutil", "tempfile", "sqlite3", "time", "random", "secrets", "logging", "structlog"),
    *("httpx", "aiosmtplib", "asyncpg", "aiokafka", "fastapi", "starlette", "jinja2", "opentelemetry"),
}
FORBIDDEN_CALLS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "open", "print", "input"),
    *("uuid4", "uuid.uuid4", "uuid7", "uuid1"),
}
CHASSIS = {"act", "decisions", "errors", "french", "calendar", "reference", "identity"}


@pytest.mark.parametrize("source", DOMAIN, ids=lambda source: source.name)
def test_a_domain_module_reaches_for_nothing_outside(source: Source) -> None:
    reached = {
        name
        for name in source.imports()
        for module in FORBIDDEN_MODULES
        if name == module or name.startswith(f"{module}.")
    }
    assert not reached


@pytest.mark.parametrize("source", DOMAIN, ids=lambda source: source.name)
def test_a_domain_module_reads_no_clock_and_makes_no_id(source: Source) -> None:
    assert [(name, line) for name, line in source.calls() if name in FORBIDDEN_CALLS] == []


@pytest.mark.parametrize("source", DOMAIN, ids=lambda source: source.name)
def test_a_domain_module_uses_only_the_pure_rooms_of_the_chassis(source: Source) -> None:
    rooms = {name.split(".")[2] for name in source.imports() if name.startswith("services.chassis.")}
    assert rooms <= CHASSIS
    assert not any(coroutine for coroutine in source.coroutines())


def test_every_service_with_rules_has_a_domain() -> None:
    assert {source.name.split("/")[1] for source in DOMAIN} == set(SERVICES)
