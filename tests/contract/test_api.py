"""Each API does what its OpenAPI description says, whatever is sent to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from schemas.roles import Role
from schemas.site import site
from services.chassis.http.app import all_routes, openapi_of
from tests.support.databases import Databases
from tests.support.identity import token
from tests.support.served import Served, served

SERVICES = sorted(site().services)
EVERYTHING = {"Authorization": f"Bearer {token(*Role, lasts=3600)}"}
# A well-formed request may still break a rule that no schema can tell: a meeting in the past, too short a notice.
RULES_OF_THE_DOMAIN = [positive_data_acceptance]
EXAMPLES = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def _service(name: str) -> Any:
    return import_module(f"services.{name}.service").SERVICE


@cache
def _description(name: str) -> dict[str, Any]:
    """What the service publishes under /api/operations/<name>/openapi.json."""
    app = FastAPI(title=name, version="1")
    for routes in all_routes(_service(name), local=False):
        app.include_router(routes.router)
    return openapi_of(app)


OPERATIONS = [
    pytest.param(name, path, method, id=f"{method.upper()} {path}")
    for name in SERVICES
    for path, methods in _description(name)["paths"].items()
    for method in methods
]


@pytest.fixture(scope="module")
def running(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    """`running(name)`: that service behind a socket, started when first asked for."""
    with ExitStack() as stack:

        @cache
        def start(name: str) -> Served:
            return stack.enter_context(served(_service(name), databases, tmp_path_factory.mktemp(name)))

        yield start


@pytest.mark.parametrize(("name", "path", "method"), OPERATIONS)
def test_an_operation_answers_as_described(name: str, path: str, method: str, running: Callable[[str], Served]) -> None:
    url = running(name).url
    operation = schemathesis.openapi.from_dict(_description(name))[path][method]

    @EXAMPLES
    @given(case=operation.as_strategy())
    def answers_as_described(case: Case) -> None:
        case.call_and_validate(base_url=url, headers=EVERYTHING, excluded_checks=RULES_OF_THE_DOMAIN)

    answers_as_described()
