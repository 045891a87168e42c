"""Pages: layout, components, forms, assets. README.md beside says how to write one."""

from services.chassis.web.page import page
from services.chassis.web.parts import (
    Action,
    Attendance,
    Bar,
    Blocked,
    Cell,
    Chip,
    Column,
    Due,
    Entry,
    Fact,
    Figure,
    Message,
    Option,
    Parked,
    Person,
    State,
    Step,
)

__all__ = [
    "Action",
    "Attendance",
    "Bar",
    "Blocked",
    "Cell",
    "Chip",
    "Column",
    "Due",
    "Entry",
    "Fact",
    "Figure",
    "Message",
    "Option",
    "Parked",
    "Person",
    "State",
    "Step",
    "page",
]
