"""`python -m services.reporting <role>`."""

from services.chassis.process import main
from services.reporting.service import SERVICE

main(SERVICE)
