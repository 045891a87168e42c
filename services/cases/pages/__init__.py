"""The pages of the cases service."""

from services.cases.pages import recall, recalls, reporting, screening, summoning

ROUTES = (
    recalls.routes,
    reporting.routes,
    recall.routes,
    screening.routes,
    summoning.routes,
)
