"""`python -m services.notifications <role>`."""

from services.chassis.process import main
from services.notifications.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
