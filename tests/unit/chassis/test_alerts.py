"""What an alert or the operator's guide is written on exists in the code: a metric renamed would silence it."""

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

import services

HERE = Path(__file__).parents[3]
RULES = yaml.safe_load((HERE / "deploy/prometheus/rules.yaml").read_text(encoding="utf-8"))
ALERTS = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
EXERCISED = yaml.safe_load((HERE / "deploy/prometheus/rules.test.yaml").read_text(encoding="utf-8"))

# What Prometheus itself adds to every series it scrapes.
SCRAPED = {"job", "instance"}


@pytest.fixture(scope="module")
def metrics() -> dict[str, set[str]]:
    """Labels of each metric of the four services, by its name as it is scraped."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    own = {metric for metric in REGISTRY._names_to_collectors.values() if isinstance(metric, MetricWrapperBase)}
    labels = {name: set(metric._labelnames) for metric in own for name in REGISTRY._get_names(metric)}
    return {name: found for name, found in labels.items() if name.startswith(("cispd_", "messaging_"))}


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_asks_for_metrics_and_labels_that_exist(alert: str, metrics: dict[str, set[str]]) -> None:
    expression = ALERTS[alert]["expr"]
    named = re.findall(r"\b(?:cispd|messaging_client|messaging_process)_\w+", expression)
    assert set(named) <= metrics.keys()
    assert named or re.search(r"\bup\b", expression)
    grouped = {label.strip() for by in re.findall(r"by \(([^)]*)\)", expression) for label in by.split(",")}
    assert grouped - SCRAPED <= set().union(*(metrics[name] for name in named))


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_what_to_do_with_labels_that_it_keeps(alert: str) -> None:
    rule: dict[str, Any] = ALERTS[alert]
    assert rule["annotations"]["action"]
    kept = set(re.findall(r"\w+", "".join(re.findall(r"by \(([^)]*)\)", rule["expr"])))) or SCRAPED
    assert set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values()))) <= kept


def test_every_alert_is_seen_firing_by_the_test_of_the_rules() -> None:
    firing = EXERCISED["tests"][1]["promql_expr_test"][0]["exp_samples"]
    assert {re.search(r'"(\w+)"', sample["labels"])[1] for sample in firing} == ALERTS.keys()  # type: ignore[index]


def test_the_operators_guide_names_metrics_that_exist(metrics: dict[str, set[str]]) -> None:
    guide = (HERE / "docs/operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:cispd|messaging)_\w+)(?:\{[^}]*\})?`", guide))
    assert named - metrics.keys() == set()
    assert len(named) > 20
