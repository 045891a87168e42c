"""A published figure, as page, chart, CSV and JSON all read it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.chassis import french
from services.reporting.domain.disclosure import Mark, Shown


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Value(_Part):
    """One number. `value` is there only when it is published; `text` is what people read in its place."""

    mark: Literal["exact", "small", "withheld"] = Field(description="Published, below the threshold, or withheld.")
    value: int | None = Field(description="The number; null when it is not published.")
    text: str = Field(description="As written in French.")

    @classmethod
    def exact(cls, number: int) -> Value:
        return cls(mark="exact", value=number, text=french.number(number))

    @classmethod
    def of(cls, shown: Shown, smallest: int) -> Value:
        """The number as disclosure control lets it be shown."""
        if shown.value is not None:
            return cls.exact(shown.value)
        text = f"< {smallest}" if shown.mark is Mark.SMALL else "non publié"
        return cls(mark="small" if shown.mark is Mark.SMALL else "withheld", value=None, text=text)


class Row(_Part):
    code: str = Field(description="Stable code of the row.")
    label: str = Field(description="Its French name.")
    values: list[Value] = Field(description="One per column.")


class Table(_Part):
    """The numbers behind a figure. A total is there when the rows add up to it."""

    heading: str = Field(description="What the rows are.")
    columns: list[str] = Field(description="What each number of a row counts.")
    rows: list[Row]
    total: Row | None = None


class Figure(_Part):
    """One figure of a year, with what one must know to read it."""

    id: str = Field(description="Stable name of the figure.")
    title: str
    value: str = Field(description="The news in a word or a number.")
    unit: str = Field(description="What the value counts, or what it is compared with.")
    definition: str = Field(description="What is counted and what is not.")
    source: str = Field(description="Where it comes from, in words.")
    events: list[str] = Field(description="Types of the events it is counted from.")
    period_start: date
    period_end: date
    updated_at: datetime | None = Field(description="Time of the newest event in it; null when it rests on none.")
    suppressed: bool = Field(description="Whether a number is not published, to protect people.")
    table: Table | None = None


class Dashboard(_Part):
    """All figures of a year."""

    year: int
    closed: bool = Field(description="Whether the year is over; counts of people are published then.")
    read_at: datetime = Field(description="When these figures were read.")
    figures: list[Figure]
