"""Facts about meeting the public: drop-in sessions in the districts, and publications such as the flyer.

Topic `cispd.outreach`, class A. Visitors are only ever counted, one dimension at a time: no cell describes a person.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.envelope import Event

CODE = r"^[a-z][a-z0-9-]{1,39}$"


class VisitTheme(StrEnum):
    """What a visitor came about."""

    YOUTH = "youth"
    DOMESTIC_VIOLENCE = "domestic-violence"
    TRANQUILLITY = "tranquillity"
    RIGHTS = "rights"
    OTHER = "other"


class AgeBand(StrEnum):
    """Age bands of the council's figures, in whole years."""

    UNDER_13 = "0-12"
    FROM_13 = "13-15"
    FROM_16 = "16-17"
    FROM_18 = "18-25"
    FROM_26 = "26+"


class Orientation(StrEnum):
    """Where a visitor was directed."""

    INFORMATION = "information"
    SOCIAL_SERVICES = "social-services"
    VICTIM_SUPPORT = "victim-support"
    MEDIATION = "mediation"
    POLICE = "police"
    LEGAL_ADVICE = "legal-advice"
    YOUTH_SERVICES = "youth-services"


class PublicationKind(StrEnum):
    FLYER = "flyer"
    GUIDE = "guide"


class PlaceType(StrEnum):
    """Where copies were left."""

    TOWN_HALL = "town-hall"
    SOCIAL_CENTRE = "social-centre"
    SCHOOL = "school"
    HEALTH = "health"
    SHOP = "shop"
    POLICE_STATION = "police-station"
    ASSOCIATION = "association"
    PUBLIC_EVENT = "public-event"


class _Tally(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    count: int = Field(ge=1, description="Number of visitors.")


class ThemeTally(_Tally):
    theme: VisitTheme = Field(description="What they came about.")


class AgeTally(_Tally):
    age_band: AgeBand = Field(description="Their age band.")


class OrientationTally(_Tally):
    orientation: Orientation = Field(description="Where they were directed.")


class _SessionFact(Event):
    """What every fact about one drop-in session says."""

    aggregate: ClassVar[str] = "session_id"

    session_id: UUID = Field(description="The drop-in session.")
    commune: str = Field(pattern=r"^[0-9][0-9AB][0-9]{3}$", description="INSEE code of the commune.")
    district: str = Field(pattern=CODE, description="Code of the district, such as `beau-marais`.")
    district_name: str = Field(max_length=80, description="Name of the district, as written in French.")
    starts_at: datetime = Field(description="When the session opens.")


class DropInSessionPublished(_SessionFact):
    """A session is announced to the public."""

    ends_at: datetime = Field(description="When the session closes.")
    place: str = Field(max_length=120, description="Public place where it is held.")


class DropInSessionCancelled(_SessionFact):
    """An announced session will not take place."""


class DropInSessionHeld(_SessionFact):
    """A session took place. Every list of tallies adds up to `visitors`; a value that was not met is left out."""

    visitors: int = Field(ge=0, description="Number of visitors.")
    themes: tuple[ThemeTally, ...] = Field(description="Visitors by what they came about.")
    age_bands: tuple[AgeTally, ...] = Field(description="Visitors by age band.")
    orientations: tuple[OrientationTally, ...] = Field(description="Visitors by where they were directed.")


class _PublicationFact(Event):
    """What every fact about one publication says."""

    aggregate: ClassVar[str] = "publication_id"

    publication_id: UUID = Field(description="The publication.")
    kind: PublicationKind = Field(description="Flyer or guide.")
    title: str = Field(max_length=160, description="Its title, as printed.")


class PublicationApproved(_PublicationFact):
    """The publication may be printed: each of its numbers was verified recently."""

    approved_on: date = Field(description="Day of the approval.")


class PublicationPublished(_PublicationFact):
    """The publication is available to partners and to the public."""

    published_on: date = Field(description="Day of the publication.")


class PublicationDistributed(_PublicationFact):
    """Copies were left somewhere."""

    quantity: int = Field(ge=1, description="Number of copies.")
    place_type: PlaceType = Field(description="Kind of place.")
    distributed_on: date = Field(description="Day of the distribution.")


class PublicationSuperseded(_PublicationFact):
    """A newer publication replaces this one; it is no longer distributed."""

    superseded_by: UUID = Field(description="The publication that replaces it.")


class HelplineVerificationDue(_PublicationFact):
    """A contact number of the publication was verified too long ago and must be called again."""

    number: str = Field(max_length=40, description="The public number or address, such as `3919`.")
    verified_on: date = Field(description="Day of the last verification.")
