"""What the running system shows, asked as anybody would: by its public API, and the mails by the catcher."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx

from deploy.local.year.expectations import Cell
from deploy.local.year.model import identity

COORDINATOR = "claire.lemoine"
YEAR = 2017
T = TypeVar("T")


class Observer:
    """Reads as the coordinator."""

    def __init__(self, stack: Any) -> None:
        self._stack = stack

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON at `path`. Raises httpx.HTTPError when it does not come."""
        headers = {"Authorization": f"Bearer {await self._stack.token(COORDINATOR)}"}
        answer = await self._stack.http.get(f"{self._stack.url}{path}", params=params, headers=headers)
        answer.raise_for_status()
        return answer.json()

    async def told(self, thing: str, subject: str) -> Counter[str]:
        """Deliveries that were sent about a thing, by institution id."""
        page = await self.get("/api/deliveries", about=str(identity(thing)), subject=subject, limit=200)
        return Counter(line["institution_id"] for line in page["items"] if line["state"] == "sent")

    async def deliveries(self) -> Counter[str]:
        """All deliveries by state."""
        found: Counter[str] = Counter()
        after: int | None = 0
        while after is not None:
            page = await self.get("/api/deliveries", limit=200, after=after)
            found.update(line["state"] for line in page["items"])
            after = page["next"]
        return found

    async def figures(self) -> dict[str, Any]:
        """The figures of the year by id."""
        shown = await self.get("/api/figures", year=YEAR)
        return {figure["id"]: figure for figure in shown["figures"]}

    async def recalls(self) -> Counter[tuple[str, str]]:
        """True counts of recalls by stage and motive."""
        found: Counter[tuple[str, str]] = Counter()
        for each in (await self.get("/api/figures/recall-counts", year=YEAR))["counts"]:
            found[each["stage"], each["motive"]] += each["count"]
        return found

    async def mails(self) -> list[dict[str, Any]]:
        """Every message the catcher received."""
        return list(await self._stack.mails())


def number(figures: dict[str, Any], cell: Cell) -> int | None:
    """The number a figure shows in a cell; None when there is no such row, or the number is not published."""
    name, row, column = cell
    figure = figures[name]
    if not row:
        digits = figure["value"].replace("\u202f", "")
        return int(digits) if digits.isdigit() else None
    table = figure["table"]
    for each in table["rows"] if table else ():
        if each["code"] == row:
            value: int | None = each["values"][table["columns"].index(column)]["value"]
            return value
    return None


async def until(probe: Callable[[], Awaitable[T]], good: Callable[[T], bool], *, within: float) -> T:
    """Asks `probe` until its answer is `good`, at most for `within` seconds; the last answer."""
    deadline, pause = time.monotonic() + within, 0.02
    while True:
        try:
            answer = await probe()
            if good(answer) or time.monotonic() > deadline:
                return answer
        except (httpx.HTTPError, ValueError):
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.5)
