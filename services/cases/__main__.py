"""`python -m services.cases <role>`."""

from services.cases.service import SERVICE
from services.chassis.process import main

main(SERVICE)
