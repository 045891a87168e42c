from datetime import date
from pathlib import Path

import pytest

from services.chassis.reference import NoRuleInForce, Reference

RULES = """
[[rule]]
name = "delay"
value = 10
valid_from = 2007-01-01
valid_until = 2016-12-31
source = "the older text"

[[rule]]
name = "delay"
value = 15
valid_from = 2017-01-01
source = "the newer text"
"""


@pytest.fixture
def reference(tmp_path: Path) -> Reference:
    (tmp_path / "rules.toml").write_text(RULES)
    return Reference.load(tmp_path / "rules.toml")


@pytest.mark.parametrize(("on", "days"), [(date(2016, 12, 31), 10), (date(2017, 1, 1), 15), (date(2030, 1, 1), 15)])
def test_a_value_is_the_one_in_force_on_the_day(reference: Reference, on: date, days: int) -> None:
    assert reference.value("delay", on=on) == days


def test_a_day_without_a_rule_is_an_error_and_not_a_guess(reference: Reference) -> None:
    with pytest.raises(NoRuleInForce):
        reference.value("delay", on=date(2006, 12, 31))
