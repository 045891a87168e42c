"""Shows the year while it is played, and what was seen of it at the end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from deploy.local.year.model import Step
from deploy.local.year.playing import Outcome
from services.chassis.french import PARIS, full_date


class Show:
    """One line a step; the many steps that constitute the council are told once per title."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._day = ""
        self._said = ""

    def before(self, step: Step) -> None:
        """The day, when it is another one."""
        day = full_date(step.at.replace(tzinfo=PARIS))
        if day != self._day:
            self._day = day
            self.console.print(f"\n[bold]{day}[/bold]")

    def after(self, outcome: Outcome) -> None:
        """What was done, which event it caused, who was told, which figure moved."""
        said = outcome.act.says.format(title=outcome.step.title)
        if said == self._said and not outcome.missing:
            return
        self._said = said
        self.console.print(f"  {outcome.step.at:%H:%M}  {said}")
        for label, text in _effects(outcome):
            self.console.print(f"         [dim]{label:<9}[/dim] {text}", soft_wrap=True)
        for each in outcome.missing:
            self.console.print(f"         [red]manque[/red]    {each}", markup=True, soft_wrap=True)

    def summary(self, outcomes: Sequence[Outcome], missing: Sequence[str]) -> None:
        """The table of all steps, what is `missing` and the verdict."""
        table = Table("Étape", "Événement", "Envois", "Chiffre", "Vu", title="L’année du conseil")
        for outcome in outcomes:
            table.add_row(
                f"{outcome.step.at:%d/%m/%Y}  {outcome.act.says.format(title=outcome.step.title)}",
                "\n".join(outcome.events),
                str(outcome.told or ""),
                "\n".join(outcome.figures),
                "[red]manque[/red]" if outcome.missing else "vu",
            )
        self.console.print(table)
        for each in missing:
            self.console.print(f"[red]manque[/red] {each}", soft_wrap=True)
        seen = len(outcomes) - sum(bool(outcome.missing) for outcome in outcomes)
        told = sum(outcome.told for outcome in outcomes)
        verdict = "Tout a été vu, une fois." if not missing else "Il manque des effets."
        self.console.print(f"{seen} étapes vues sur {len(outcomes)}, {told} envois remis. {verdict}")


def _effects(outcome: Outcome) -> list[tuple[str, str]]:
    told = f"{outcome.told} institutions prévenues par courriel" if outcome.told > 1 else ""
    told = "1 institution prévenue par courriel" if outcome.told == 1 else told
    lines = [("événement", ", ".join(outcome.events)), ("envois", told), ("chiffre", ", ".join(outcome.figures))]
    return [(label, text) for label, text in lines if text]
