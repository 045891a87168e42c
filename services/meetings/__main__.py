"""`python -m services.meetings <role>`."""

from services.chassis.process import main
from services.meetings.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
