"""French as an office writes it: typography, dates, hours, numbers.

The rules are those of the Imprimerie nationale: a narrow no-break space before ; ! ? and between thousands, a
no-break space before : % €, inside guillemets and between a number and what it counts.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date

NBSP = "\u00a0"
NNBSP = "\u202f"
PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip

_UNITS = "h|min|s|km|m|cm|mm|kg|octets?|Ko|Mo|Go|jours?|semaines?|mois|ans?|heures?|minutes?|points?|euros?"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\w)'(?=[\w«])", "’"),
        (r"\.\.\.", "…"),
        (r"[ \u00a0](?=[;!?](?:\s|$|[»)<]))", NNBSP),
        (r" (?=:(?:\s|$|[»<]))", NBSP),
        (r"(?<=\d)[ \u202f](?=[%€])", NBSP),
        (r"«[ \u202f]?(?=\S)(?!\u00a0)", "«" + NBSP),
        (r"(?<=\S)(?<![\u00a0«])[ \u202f]?»", NBSP + "»"),
        (r"\b(?<![\d,.-])(\d{1,3})((?: \d{3})+)\b(?!-)", ""),
        (rf"(?<=\d)[ \u202f](?=(?:{_UNITS})\b)", NBSP),
        (r"(?<=\d[\u00a0]h) (?=\d)", NBSP),
        (r"(?<=\bà) (?=\d)", NBSP),
        (rf"(?<=\d) (?=(?:{'|'.join(MONTHS)})\b)", NBSP),
        (rf"(?<=\b1er) (?=(?:{'|'.join(MONTHS)})\b)", NBSP),
        (r"(\bn[°º]|\bN°) ?(?=\d)", r"\1" + NBSP),
        (r"(\b(?:M|MM|Mme|Mmes|Me|Dr|art|p|L|R|D)\.|\b(?:Mme|Mmes|Me|Dr)) (?=[\w])", r"\1" + NBSP),
    )
)


def typography(text: str) -> str:
    """The same text with French spaces, apostrophes and ellipses.

    Only a space that is already there is changed, save inside guillemets; so addresses, codes and times survive, and
    doing it twice changes nothing.
    """
    for pattern, replacement in _RULES:
        if replacement:
            text = pattern.sub(replacement, text)
        else:
            text = pattern.sub(lambda found: found[1] + found[2].replace(" ", NNBSP), text)
    return text


def local(moment: datetime) -> datetime:
    """The same moment on the clocks of Paris. `moment` is aware."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return moment.astimezone(PARIS)


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def hour(moment: datetime) -> str:
    """« 14 h », « 9 h 05 »; in Paris."""
    there = local(moment)
    return f"{there.hour}{NBSP}h" + (f"{NBSP}{there.minute:02}" if there.minute else "")


def short_date(value: date | datetime, *, year: bool = True) -> str:
    """« 20 janvier 2017 », « 1er mars »."""
    day = _day(value)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")


def full_date(value: date | datetime, *, year: bool = True) -> str:
    """« vendredi 20 janvier 2017 »."""
    return f"{format_date(_day(value), 'EEEE', locale='fr')} {short_date(value, year=year)}"


def full_datetime(moment: datetime, *, year: bool = True) -> str:
    """« vendredi 20 janvier 2017 à 14 h »; in Paris."""
    return f"{full_date(moment, year=year)} à{NBSP}{hour(moment)}"


def history_datetime(moment: datetime) -> str:
    """« 20 janvier 2017, 16 h 05 »; in Paris."""
    return f"{short_date(moment)}, {hour(moment)}"


def month(value: date | datetime) -> str:
    """« janvier 2017 »."""
    day = _day(value)
    return f"{MONTHS[day.month - 1]} {day.year}"


def number(value: int | float | Decimal, *, decimals: int | None = None) -> str:
    """« 12 500 », « 3,5 »: thousands by a narrow no-break space, decimals after a comma."""
    text = f"{value:,}" if decimals is None else f"{value:,.{decimals}f}"
    return text.replace(",", NNBSP).replace(".", ",").replace("-", "\u2212")


def count(value: int, singular: str, plural: str | None = None) -> str:
    """« 1 jour », « 0 jour », « 1 200 jours »: the plural begins at two."""
    noun = singular if abs(value) < 2 else (plural or singular + "s")
    return f"{number(value)}{NBSP}{noun}"


def capital(text: str) -> str:
    """The text with its first letter in capital, accents kept."""
    return text[:1].upper() + text[1:]


class Unreadable(ValueError):
    """Something typed cannot be read; `sentence` says, in French, what to write instead."""

    def __init__(self, sentence: str) -> None:
        self.sentence = typography(sentence)
        super().__init__(self.sentence)


class UnreadableDate(Unreadable):
    """A typed date is not one, or does not exist."""


class UnreadableTime(Unreadable):
    """A typed hour is not one."""


class UnreadableNumber(Unreadable):
    """A typed number is not one."""


_SPACES = re.compile(rf"[\s{NBSP}{NNBSP}]+")
_DIGITS_DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_WORDS_DATE = re.compile(r"(?:[a-zé]+ )?(\d{1,2}|1er) ([a-zéûè.]+) (\d{4})")
_TIME = re.compile(r"(\d{1,2}) ?(?:h|:|heures?|\.) ?(\d{2})?(?: ?min)?")


def parse_date(text: str) -> date:
    """Reads « 21/02/2017 », « 21/2/17 », « 21 février 2017 », « mardi 21 février 2017 ». Raises UnreadableDate."""
    plain = _SPACES.sub(" ", text).strip().lower()
    try:
        if found := _DIGITS_DATE.fullmatch(plain):
            return date(int(found[3]) + (2000 if len(found[3]) == 2 else 0), int(found[2]), int(found[1]))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain):
            return date.fromisoformat(plain)
        if (found := _WORDS_DATE.fullmatch(plain)) and (rank := _month_named(found[2])):
            return date(int(found[3]), rank, 1 if found[1] == "1er" else int(found[1]))
    except ValueError:
        raise UnreadableDate(f"Le {text.strip()} n'existe pas dans le calendrier.") from None
    raise UnreadableDate("Écrivez la date au format jj/mm/aaaa, par exemple 21/02/2017.")


def _month_named(word: str) -> int | None:
    """Rank of a month by its name or the beginning of it (« févr. », « sept. »), accents optional."""
    bare = str.maketrans("éûè", "eue")
    start = word.rstrip(".").translate(bare)
    fitting = [rank for rank, name in enumerate(MONTHS, 1) if name.translate(bare).startswith(start)]
    return fitting[0] if len(fitting) == 1 and len(start) >= 3 else None


def parse_time(text: str) -> time:
    """Reads « 14 h 30 », « 14h30 », « 14:30 », « 9h ». Raises UnreadableTime."""
    found = _TIME.fullmatch(_SPACES.sub(" ", text).strip().lower())
    try:
        if found:
            return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        raise UnreadableTime(f"L'heure {text.strip()} n'existe pas ; écrivez-la de 0 h à 23 h 59.") from None
    raise UnreadableTime("Écrivez l'heure comme 14 h 30.")


def moment(day: date, at: time) -> datetime:
    """The UTC moment at which the clocks of Paris show `at` on `day`.

    Raises UnreadableTime for the hour that the change to summer time skips; of an hour that occurs twice, the first.
    """
    there = datetime.combine(day, at, tzinfo=PARIS)
    if there.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != there.replace(tzinfo=None):
        raise UnreadableTime("Cette heure n'existe pas ce jour-là : on passe à l'heure d'été.")
    return there.astimezone(UTC)


def parse_number(text: str) -> Decimal:
    """Reads « 12 500 », « 3,5 ». Raises UnreadableNumber."""
    plain = _SPACES.sub("", text).replace(",", ".").replace("\u2212", "-")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", plain):
        raise UnreadableNumber("Écrivez un nombre en chiffres.")
    return Decimal(plain)
