"""The pages of the cases service."""

from services.cases.pages import (
    counts,
    journal,
    protocol,
    publication_acts,
    publications,
    recall,
    recalls,
    reporting,
    screening,
    sessions,
    summoning,
    todo,
)

# Fixed addresses come before those with an id in the same place.
ROUTES = (
    todo.routes,
    recalls.routes,
    reporting.routes,
    recall.routes,
    screening.routes,
    summoning.routes,
    journal.routes,
    protocol.routes,
    sessions.routes,
    counts.routes,
    publications.routes,
    publication_acts.routes,
)
