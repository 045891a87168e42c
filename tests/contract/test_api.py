"""Each API does what its OpenAPI description says, whatever is sent to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from schemas.roles import Role
from schemas.site import site
from services.chassis.http.app import all_routes, openapi_of
from tests.contract.existing import EXISTING, Ids, put_aside
from tests.support.databases import Databases
from tests.support.identity import token
from tests.support.served import served

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


@dataclass(frozen=True)
class Running:
    """A service at work; `existing` are ids of things it holds, by path parameter."""

    url: str
    existing: Ids


@pytest.fixture(scope="module")
def running(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Running]]:
    """`running(name)`: that service behind a socket, with some content, started when first asked for."""
    with ExitStack() as stack:

        @cache
        def start(name: str) -> Running:
            at_work = stack.enter_context(served(_service(name), databases, tmp_path_factory.mktemp(name)))
            return Running(at_work.url, at_work.run(EXISTING[name](at_work.api)) | at_work.run(put_aside(at_work.api)))

        yield start


def _operation(name: str, path: str, method: str) -> Any:
    return schemathesis.openapi.from_dict(_description(name))[path][method]


@pytest.mark.parametrize(("name", "path", "method"), OPERATIONS)
def test_an_operation_answers_as_described(
    name: str, path: str, method: str, running: Callable[[str], Running]
) -> None:
    url = running(name).url

    @EXAMPLES
    @given(case=_operation(name, path, method).as_strategy())
    def answers_as_described(case: Case) -> None:
        case.call_and_validate(base_url=url, headers=EVERYTHING, excluded_checks=RULES_OF_THE_DOMAIN)

    answers_as_described()


@pytest.mark.parametrize(("name", "path", "method"), [p for p in OPERATIONS if "{" in p.values[1]])
def test_an_operation_on_what_exists_answers_as_described(
    name: str, path: str, method: str, running: Callable[[str], Running]
) -> None:
    service = running(name)
    well_formed = _operation(name, path, method).as_strategy(generation_mode=GenerationMode.POSITIVE)

    @EXAMPLES
    @given(case=well_formed, data=st.data())
    def answers_as_described(case: Case, data: st.DataObject) -> None:
        for parameter in service.existing.keys() & case.path_parameters.keys():
            case.path_parameters[parameter] = str(data.draw(st.sampled_from(service.existing[parameter])))
        case.call_and_validate(base_url=service.url, headers=EVERYTHING, excluded_checks=RULES_OF_THE_DOMAIN)

    answers_as_described()
