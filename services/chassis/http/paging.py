"""Lists in pages: at most `limit` items, `next` to go on."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="At most so many items")]
After = Annotated[int, Query(ge=0, le=1_000_000_000, description="`next` of the page before")]


class Page(BaseModel, Generic[T]):
    """`total` counts all that fit the filters; `next` is the `after` of the next page, None on the last."""

    items: list[T]
    total: int = Field(ge=0)
    next: int | None = None

    @classmethod
    def of(cls, items: list[T], *, total: int, limit: int, after: int) -> Page[T]:
        """The page of `items` found from row `after` on, of `total` rows."""
        following = after + limit
        return cls(items=items, total=total, next=following if following < total else None)
