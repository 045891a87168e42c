"""Facts about the institutions of the council and the bodies they sit in.

Topic `cispd.bodies`, class A: institutions are not persons; no representative is named here.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.envelope import Event


class InstitutionKind(StrEnum):
    """What an institution is; the annual duty and the signatures of a plan depend on it."""

    PREFECTURE = "prefecture"
    PROSECUTION = "prosecution"
    INTERCOMMUNAL = "intercommunal"
    DEPARTMENT = "department"
    COMMUNE = "commune"
    MUNICIPAL_POLICE = "municipal-police"
    NATIONAL_POLICE = "national-police"
    GENDARMERIE = "gendarmerie"
    STATE_SERVICE = "state-service"
    EDUCATION = "education"
    HOUSING = "housing"
    TRANSPORT = "transport"
    SOCIAL = "social"
    ASSOCIATION = "association"


class BodyKind(StrEnum):
    """The formations of the council. Source: CSI D132-9, L132-5."""

    PLENARY = "plenary"
    RESTRICTED = "restricted"
    GROUP = "group"


class Theme(StrEnum):
    """What a thematic group works on; the four axes of the local strategy."""

    YOUTH = "JEUNES"
    FAMILY_VIOLENCE = "VIF"
    PUBLIC_TRANQUILLITY = "TRANQ"
    RADICALISATION = "RADI"


class Seat(StrEnum):
    """By what right an institution sits. Source: CSI L132-13 II."""

    BY_RIGHT = "member-by-right"
    MAYOR = "mayor"
    STATE = "state"
    PARLIAMENT = "parliament"
    DESIGNATED = "designated"


class Authority(StrEnum):
    """Who designates a member. Source: CSI L132-13 II a to d."""

    LAW = "law"
    PREFECT = "prefect"
    PRESIDENT = "president"
    OWN_REQUEST = "own-request"


class InstitutionRegistered(Event):
    """An institution is known to the council and may be designated."""

    aggregate: ClassVar[str] = "institution_id"

    institution_id: UUID = Field(description="The institution.")
    name: str = Field(description="Its name as letters show it: « Préfecture du Pas-de-Calais ».")
    kind: InstitutionKind = Field(description="What it is.")
    feminine: bool = Field(description="Whether French adjectives about it are feminine.")
    commune: str | None = Field(default=None, description="INSEE code of its commune; absent when it serves several.")


class _BodyFact(Event):
    aggregate: ClassVar[str] = "body_id"

    body_id: UUID = Field(description="The body.")
    body_name: str = Field(description="Its name: « Assemblée plénière ».")
    body_kind: BodyKind = Field(description="Its formation.")
    theme: Theme | None = Field(default=None, description="What a thematic group works on; absent for the others.")


class BodyConstituted(_BodyFact):
    """The order (arrêté) that creates a body was taken. Source: CSI L132-13, D132-12."""

    order_number: str = Field(description="Number of the order.")
    order_date: date = Field(description="Day the order was signed.")
    effective_on: date = Field(description="First day the body may meet.")


class MemberDesignated(_BodyFact):
    """An institution sits in a body."""

    institution_id: UUID = Field(description="The institution that sits.")
    institution_name: str = Field(description="Its name.")
    institution_kind: InstitutionKind = Field(description="What it is.")
    seat: Seat = Field(description="By what right it sits.")
    designated_by: Authority = Field(description="Who designated it.")
    agreed_on: date | None = Field(default=None, description="Day of its agreement; absent when none is needed.")
    members: int = Field(ge=1, description="How many institutions sit in the body now.")


class MemberMandateEnded(_BodyFact):
    """An institution no longer sits in a body."""

    institution_id: UUID = Field(description="The institution that sat.")
    institution_name: str = Field(description="Its name.")
    ended_on: date = Field(description="First day it no longer sits.")
    members: int = Field(ge=0, description="How many institutions sit in the body now.")


class BodyDissolved(_BodyFact):
    """A body no longer meets."""

    dissolved_on: date = Field(description="First day it may no longer meet.")
