from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import BaseModel

from services.chassis.errors import ForgedForm, NotAllowed, NotSignedIn, SessionOver
from services.chassis.http.rights import SIGNED_IN, check_form, check_role
from services.chassis.identity.login import _local
from services.chassis.identity.sessions import Login, Seal, Session, new_session
from tests.support.identity import OwnIssuer, claims, principal, token


async def test_a_token_of_the_issuer_gives_the_principal_it_names() -> None:
    said = await OwnIssuer().claims(token("coordinator", communes=("62193", "62548")))
    assert said["roles"] == ["coordinator"]
    assert said["communes"] == ["62193", "62548"]


async def test_an_expired_token_is_told_apart_from_a_wrong_one() -> None:
    with pytest.raises(SessionOver):
        await OwnIssuer().claims(token("coordinator", lasts=-1))


@pytest.mark.parametrize("wrong", [{"aud": "another"}, {"iss": "http://elsewhere.test"}, {"sub": None}])
async def test_a_token_for_somebody_else_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(NotSignedIn):
        await OwnIssuer().claims(token("coordinator", **wrong))


async def test_a_token_signed_with_another_key_is_refused() -> None:
    stranger = RSAKey.generate_key(2048, parameters={"kid": "tests"})
    with pytest.raises(NotSignedIn):
        await OwnIssuer().claims(jwt.encode({"alg": "RS256", "kid": "tests"}, claims("coordinator"), stranger))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
async def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(NotSignedIn):
        await OwnIssuer().claims(text)


async def test_a_nonce_must_be_the_one_of_the_sign_in() -> None:
    with pytest.raises(NotSignedIn):
        await OwnIssuer().claims(token("coordinator", nonce="one"), nonce="two")


class Other(BaseModel):
    csrf: str


def test_a_session_comes_back_as_it_was_sealed() -> None:
    seal, session = Seal("k" * 32), new_session(principal("mayor"))
    assert seal.open(seal.close(session, timedelta(minutes=1)), Session) == session


def test_a_session_over_or_forged_or_of_another_kind_does_not_open() -> None:
    seal, session = Seal("k" * 32), new_session(principal("mayor"))
    good = seal.close(session, timedelta(minutes=1))
    assert seal.open(seal.close(session, timedelta(seconds=-1)), Session) is None
    assert Seal("z" * 32).open(good, Session) is None
    assert seal.open(good, Login) is None
    assert seal.open(good, Other) is None
    assert seal.open(good[:-4] + "AAAA", Session) is None
    assert seal.open(None, Session) is None


def test_a_role_opens_only_what_names_it() -> None:
    check_role(principal("mayor"), {"mayor", "coordinator"})
    check_role(principal("partner"), SIGNED_IN)
    with pytest.raises(NotAllowed):
        check_role(principal("partner"), {"mayor"})


@pytest.mark.parametrize("given", [None, "", "another"])
def test_a_form_without_the_token_of_its_session_is_refused(given: str | None) -> None:
    with pytest.raises(ForgedForm):
        check_form(given, new_session(principal("mayor")))


@pytest.mark.parametrize("address", ["https://elsewhere.test", "//elsewhere.test", "/\\elsewhere.test", "javascript:x"])
def test_signing_in_never_leads_to_another_site(address: str) -> None:
    assert _local(address) == "/"
