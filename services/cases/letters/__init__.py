"""Letters on paper: A4, PDF/UA-1, the same data giving the same bytes. They hold names: never stored, never logged."""

from services.cases.letters.summons import SummonsLetter, summons_pdf

__all__ = ["SummonsLetter", "summons_pdf"]
