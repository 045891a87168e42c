from datetime import date

import pytest

from schemas.events.bodies import BodyKind, InstitutionKind
from schemas.events.deliveries import DeliverySubject
from services.chassis.reference import Reference
from services.notifications.domain.audience import Circle, audience
from services.notifications.domain.partner import Partner
from services.notifications.reactions.telling import MATRIX
from tests.unit.notifications.deliveries import partner

ON = date(2017, 1, 3)
BY_BODY = {DeliverySubject.MEETING_CONVENED}
DIRECTORY = {
    "prefecture": partner(kind=InstitutionKind.PREFECTURE),
    "parquet": partner(kind=InstitutionKind.PROSECUTION),
    "agglo": partner(kind=InstitutionKind.INTERCOMMUNAL),
    "calais": partner(kind=InstitutionKind.COMMUNE, commune="62193"),
    "marck": partner(kind=InstitutionKind.COMMUNE, commune="62548"),
    "pm-calais": partner(kind=InstitutionKind.MUNICIPAL_POLICE, commune="62193"),
    "pm-marck": partner(kind=InstitutionKind.MUNICIPAL_POLICE, commune="62548"),
    "bailleur": partner(kind=InstitutionKind.HOUSING),
}


def told(subject: DeliverySubject, circle: Circle = Circle(), of: str = "", **changed: Partner) -> set[str]:
    directory = {**DIRECTORY, **changed}
    names = {someone.id: name for name, someone in directory.items()}
    found = audience(Reference.load(MATRIX), subject, circle, directory.values(), on=ON, of=of)
    assert len(found) == len({someone.id for someone in found})
    return {names[someone.id] for someone in found}


@pytest.mark.parametrize("subject", DeliverySubject)
def test_the_matrix_has_a_line_for_every_subject(subject: DeliverySubject) -> None:
    for of in [kind.value for kind in BodyKind] if subject in BY_BODY else [""]:
        told(subject, of=of)


def test_a_groups_convocation_goes_to_its_members_and_the_secretariat_only() -> None:
    circle = Circle(members=frozenset({DIRECTORY["bailleur"].id}))
    assert told(DeliverySubject.MEETING_CONVENED, circle, "group") == {"bailleur", "agglo"}


def test_prefect_and_prosecutor_are_told_of_every_plenary() -> None:
    assert told(DeliverySubject.MEETING_CONVENED, of="plenary") == {"prefecture", "parquet", "agglo"}


def test_whoever_was_convened_is_told_of_the_change_even_when_it_no_longer_sits() -> None:
    circle = Circle(told=frozenset({DIRECTORY["bailleur"].id}))
    assert told(DeliverySubject.MEETING_CANCELLED, circle) == {"bailleur"}


def test_a_consultation_goes_to_the_prosecutor_alone() -> None:
    assert told(DeliverySubject.RECALL_CONSULTATION, Circle(commune="62193")) == {"parquet"}


def test_a_clearance_goes_to_the_commune_of_the_case_and_to_no_other() -> None:
    assert told(DeliverySubject.RECALL_CLEARED, Circle(commune="62193")) == {"agglo", "calais"}


def test_the_closing_is_told_to_the_police_of_the_commune() -> None:
    assert told(DeliverySubject.RECALL_CLOSED, Circle(commune="62548")) == {"parquet", "marck", "pm-marck"}


def test_an_institution_without_a_commune_is_not_taken_for_one_of_an_unknown_commune() -> None:
    nowhere = partner(kind=InstitutionKind.COMMUNE, commune=None)
    assert "calais" not in told(DeliverySubject.RECALL_CLEARED, Circle(), calais=nowhere)


def test_who_turned_a_subject_off_is_left_out() -> None:
    silent = partner(kind=InstitutionKind.INTERCOMMUNAL, muted=frozenset({DeliverySubject.PUBLICATION_PUBLISHED}))
    assert "agglo" not in told(DeliverySubject.PUBLICATION_PUBLISHED, agglo=silent)
