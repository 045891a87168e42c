"""The events, one module per topic: `schemas/events/meetings.py` holds what travels on `cispd.meetings`."""
