"""The invented persons: one at least for every role."""

from deploy.local.people import people
from schemas.roles import Role


def test_every_role_has_somebody() -> None:
    assert {role for person in people().values() for role in person.roles} == set(Role)


def test_an_institution_signs_through_one_person_at_most_per_role() -> None:
    seats = [(person.institution, role) for person in people().values() for role in person.roles]
    assert len(seats) == len(set(seats))
