"""The council's pages, in French."""

from services.meetings.pages import (
    about,
    attendance,
    bodies,
    calendar,
    changing,
    convening,
    home,
    meeting,
    meetings,
    obligations,
    plan,
    planning,
    plans,
    session,
)

PAGES = [
    module.routes
    for module in (
        home,
        meetings,
        planning,
        meeting,
        convening,
        changing,
        session,
        attendance,
        calendar,
        bodies,
        obligations,
        plans,
        plan,
        about,
    )
]
