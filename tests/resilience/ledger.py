"""The service under test, made of the chassis alone: `python -m tests.resilience.ledger <role>`; `workers` writes."""

from services.chassis.process import main
from services.chassis.service import Service, Worker
from tests.resilience import writers
from tests.resilience.facts import enter_in_catalogue
from tests.resilience.interrupting import obey_armed_file
from tests.resilience.projections import SUBSCRIPTIONS, TIMERS

NAME = "ledger"
SERVICE = Service(
    name=NAME,
    package="tests.resilience",
    subscriptions=SUBSCRIPTIONS,
    timers=TIMERS,
    workers=[Worker("writers", writers.run)],
)

if __name__ == "__main__":
    obey_armed_file()
    enter_in_catalogue()
    main(SERVICE)
