"""Plays the year: does one step after the other as the persons concerned, and looks for all that it must cause."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from deploy.local.year.expectations import Cell, Expectations, Expected
from deploy.local.year.model import Act, Step, acts, identity, institutions
from deploy.local.year.observing import Observer, number, until
from deploy.local.year.script import PARIS, json_body

_TRY_AGAIN = frozenset({429, 502, 503, 504})


@dataclass
class Outcome:
    """What came of a step: all of it in words, and what was expected and not seen."""

    step: Step
    act: Act
    events: list[str] = field(default_factory=list)
    told: int = 0
    figures: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class Player:
    """`patience`: seconds to wait for an effect, or for a service that is away."""

    def __init__(self, stack: Any, *, patience: float = 30.0) -> None:
        self.stack = stack
        self.patience = patience
        self.acts = acts()
        self.members = institutions()
        self.expectations = Expectations(self.members)
        self.observer = Observer(stack)
        self._begun = False

    async def play(self, step: Step) -> Outcome:
        """Does a step and waits for its effects. A step done before is done once all the same."""
        outcome = Outcome(step, self.acts[step.act])
        self._advance_to(step)
        answer = await self._ask(step, outcome.act)
        if step.refused:
            self._check_refusal(outcome, answer)
            return outcome
        if answer.status_code not in (200, 201):
            outcome.missing.append(f"{answer.status_code} {answer.text[:300]}")
            return outcome
        expected = self.expectations.after(step, outcome.act)
        outcome.events = [event["type"].split(".")[2] for event in answer.json()["events"]]
        if tuple(outcome.events) != expected.events:
            outcome.missing.append(f"événements {', '.join(expected.events)} attendus")
        await self._check_told(outcome, expected)
        await self._check_figures(outcome, expected)
        return outcome

    async def verify(self) -> list[str]:
        """After the year: everything is still there, once. What is missing or too much, in words."""
        faults: list[str] = []
        expected_mails = self.expectations.mails
        mails = await until(
            self.observer.mails, lambda found: len(found) >= expected_mails.total(), within=self.patience
        )
        received = Counter(address for mail in mails for address in mail["to"])
        faults += [f"{address} : {received[address]} courriels, {wanted} attendus" for address, wanted in
                   expected_mails.items() if received[address] != wanted]  # fmt: skip
        faults += [f"{address} : courriel inattendu" for address in received.keys() - expected_mails.keys()]
        repeated = [name for name, times in Counter(mail["message_id"] for mail in mails).items() if times > 1]
        faults += [f"courriel {name} envoyé deux fois" for name in repeated]
        states = await self.observer.deliveries()
        if states != Counter({"sent": expected_mails.total()}):
            faults.append(f"envois {dict(states)}, {expected_mails.total()} remis attendus")
        faults += await self._missing_in_figures(list(self.expectations.cells), self.expectations.words)
        counted = await self.observer.recalls()
        if counted != self.expectations.recalls:
            faults.append(f"rappels comptés {dict(counted)}, attendus {dict(self.expectations.recalls)}")
        return faults

    async def _ask(self, step: Step, act: Act) -> httpx.Response:
        """Sends the command, again under the same id while its service is away."""
        path = act.path.format(id=self._id(step), command=identity(step.command))
        body = json_body(step.body, self.members)
        deadline = time.monotonic() + self.patience
        while True:
            try:
                headers = {"Authorization": f"Bearer {await self.stack.token(step.by or act.by)}"}
                answer: httpx.Response = await self.stack.http.put(
                    f"{self.stack.url}{path}", json=body, headers=headers
                )
                if answer.status_code not in _TRY_AGAIN or time.monotonic() > deadline:
                    return answer
            except httpx.HTTPError:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.2)

    def _advance_to(self, step: Step) -> None:
        """Moves the clock to the hour of the step. Only forward, save to where the year begins."""
        moment = step.at.replace(tzinfo=PARIS)
        if not self._begun or moment > self.stack.clock.now():
            self.stack.clock.move_to(moment)
        self._begun = True

    def _id(self, step: Step) -> UUID:
        return self.members[step.id].id if step.id in self.members else identity(step.id)

    def _check_refusal(self, outcome: Outcome, answer: httpx.Response) -> None:
        refused = answer.json().get("code", "") if answer.status_code >= 400 else ""
        outcome.events = [f"refusé : {refused}"]
        if refused != outcome.step.refused:
            outcome.missing.append(f"refus {outcome.step.refused} attendu, {answer.status_code} reçu")

    async def _check_told(self, outcome: Outcome, expected: Expected) -> None:
        for thing, subject, codes in expected.told:
            wanted = Counter(str(self.members[code].id) for code in codes)
            seen = await until(
                lambda thing=thing, subject=subject: self.observer.told(thing, subject),  # type: ignore[misc]
                lambda found, wanted=wanted: found == wanted,  # type: ignore[misc]
                within=self.patience,
            )
            outcome.told += seen.total()
            if seen != wanted:
                outcome.missing.append(f"{subject} : {seen.total()} envois remis, {wanted.total()} attendus")

    async def _check_figures(self, outcome: Outcome, expected: Expected) -> None:
        outcome.missing += await self._missing_in_figures(expected.cells, expected.words)
        for cell in expected.cells:
            outcome.figures.append(f"{cell[0]} {cell[2]} {self.expectations.cells[cell]}".replace("  ", " "))
        outcome.figures += [f"{name} {word}" for name, word in expected.words.items()]
        if expected.recalls:
            wanted = {key: self.expectations.recalls[key] for key in expected.recalls}
            seen = await until(
                self.observer.recalls,
                lambda found: all(found[key] == count for key, count in wanted.items()),
                within=self.patience,
            )
            outcome.figures += [f"{stage} {motive} {seen[stage, motive]}" for stage, motive in wanted]
            outcome.missing += [
                f"{key} : {seen[key]}, {count} attendu" for key, count in wanted.items() if seen[key] != count
            ]

    async def _missing_in_figures(self, cells: list[Cell], words: dict[str, str]) -> list[str]:
        if not cells and not words:
            return []
        wanted = {cell: self.expectations.cells[cell] for cell in cells}
        figures = await until(
            self.observer.figures,
            lambda found: (
                all(number(found, cell) == count for cell, count in wanted.items())
                and all(found[name]["value"] == word for name, word in words.items())
            ),
            within=self.patience,
        )
        found = [(cell, number(figures, cell), count) for cell, count in wanted.items()]
        faults = [f"{cell} : {seen}, {count} attendu" for cell, seen, count in found if seen != count]
        return faults + [f"{name} : {word} attendu" for name, word in words.items() if figures[name]["value"] != word]
