"""What the API answers. The number and the motive of a case stay inside this service and its readers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.events.cases import Origin, RecallState, RejectionReason, SuspensionReason
from schemas.events.outreach import AgeBand, Orientation, PlaceType, PublicationKind, VisitTheme
from schemas.events.statistics import RecallOutcome
from services.cases.domain.access import ReadingReason
from services.cases.domain.drop_in_session import SessionState
from services.cases.domain.publication import PublicationState
from services.cases.person import OpenedCase


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)

    id: UUID
    version: int


class RecallView(_View):
    """A case without the person; who it is about is read with a reason, through identity-readings."""

    number: str = Field(description="RAO-year-number, of the commune.")
    commune: str
    state: RecallState
    origin: Origin
    motive: str
    age_band: AgeBand
    minor: bool
    representatives: int = Field(description="Legal representatives identified.")
    facts_month: date = Field(description="First day of the month of the facts.")
    reported_at: datetime
    screening_due: date
    consulted_at: datetime | None
    reply_due: date | None
    reply_late: bool
    replied_at: datetime | None
    attempts: int = Field(description="Letters sent.")
    summoned_at: datetime | None
    hearing_at: datetime | None
    hearing_place: str | None
    held_on: date | None
    follow_up_due: date | None
    suspension_reason: SuspensionReason | None
    rejection_reason: RejectionReason | None
    outcome: RecallOutcome | None
    ended_at: datetime | None


class HistoryView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    at: datetime
    act: str = Field(description="Name of the fact, or of the act.")
    by_title: str


class RecallDetail(RecallView):
    history: list[HistoryView]
    readings: int = Field(description="How often the identity was read.")


class ReadingView(BaseModel):
    """What a reason opened. It is in the access log already."""

    case_id: UUID
    reason: ReadingReason
    read_at: datetime
    opened: OpenedCase


class AccessView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    at: datetime
    case_id: UUID
    case_number: str
    commune: str
    by_name: str
    by_title: str
    reason: ReadingReason
    fields: list[str]
    purpose: str


class ProtocolView(_View):
    commune: str
    prosecutor_office: str
    signed_on: date
    valid_from: date
    valid_until: date | None
    motives: list[str]
    reply_days: int
    silence_is_clearance: bool


class SessionView(_View):
    commune: str
    district: str
    district_name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: SessionState
    visitors: int | None
    themes: dict[VisitTheme, int]
    age_bands: dict[AgeBand, int]
    orientations: dict[Orientation, int]


class ContactView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: str
    name: str
    hours: str
    cost: str
    source: str
    verified_on: date | None


class PublicationView(_View):
    kind: PublicationKind
    title: str
    state: PublicationState
    contacts: list[ContactView]
    approved_on: date | None
    published_on: date | None
    copies: int
    superseded_by: UUID | None


class DistributionView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    distributed_on: date
    quantity: int
    place_type: PlaceType


class PublicationDetail(PublicationView):
    distributions: list[DistributionView]
