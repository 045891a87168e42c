"""The data files of the council year say a lawful and repeatable year."""

from __future__ import annotations

from collections import Counter

from deploy.local.people import people
from deploy.local.year.expectations import Expectations
from deploy.local.year.model import acts, institutions
from deploy.local.year.script import steps


def test_every_command_has_an_id_of_its_own_that_is_the_same_each_time():
    written = steps()
    assert len({step.command for step in written}) == len(written)
    assert written == steps()


def test_the_year_goes_forward_from_the_protocol_to_december():
    moments = [step.at for step in steps()]
    assert moments == sorted(moments)
    assert (moments[0].year, moments[0].month, moments[-1].year, moments[-1].month) == (2016, 12, 2017, 12)


def test_whoever_acts_is_one_of_the_people_of_the_local_stack():
    known = acts()
    assert {step.by or known[step.act].by for step in steps()} <= set(people())


def test_nobody_is_expected_to_be_told_twice_of_the_same():
    expectations, known = Expectations(institutions()), acts()
    for step in steps():
        if not step.refused:
            expectations.after(step, known[step.act])
    assert all(count == 1 for codes in expectations.told.values() for count in Counter(codes).values())
    assert expectations.mails.total() > 200


def test_each_person_of_an_institution_sits_for_one_that_the_year_registers():
    assert {person.institution for person in people().values()} <= {each.id for each in institutions().values()}
