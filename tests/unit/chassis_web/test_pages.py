"""The layout around every page: menus by role, headers, message, assets, error pages."""

import re
from typing import Any
from uuid import UUID

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from schemas.site import site
from services.chassis.errors import NotFound, NotSignedIn, Refusal, Unavailable
from services.chassis.identity import Principal
from services.chassis.identity.sessions import Seal
from services.chassis.web import Message, flash
from services.chassis.web.assets import asset_path, assets
from services.chassis.web.errors import error_page
from services.chassis.web.navigation import menus
from services.chassis.web.typesetting import raise_ordinals
from tests.browser.workshop import NOW, SETTINGS, workshop
from tests.unit.chassis_web.typography_scan import faults_in


def someone(*roles: str) -> Principal:
    return Principal(subject="x", name="Claire Lemoine", title="coordonnatrice", roles=frozenset(roles))


def components() -> str:
    return TestClient(workshop()).get("/exploitation/composants").text


def test_the_menu_shows_what_the_role_may_open() -> None:
    labels = [link.label for link in menus(someone("operator"), "/envois").main]
    assert labels == ["Exploitation", "Envois"]
    assert "Exploitation" not in [link.label for link in menus(someone("coordinator"), "/").main]


def test_the_page_itself_and_its_section_are_marked() -> None:
    shown = menus(someone("coordinator"), "/conseil/reunions/019501c7")
    assert [(link.label, link.current) for link in shown.main if link.current] == [("Réunions", "true")]
    assert [(link.label, link.current) for link in shown.sections if link.current] == [("Réunions", "true")]
    assert [link.current for link in menus(someone("coordinator"), "/conseil/calendrier").sections][:2] == ["", "page"]


def test_a_page_outside_the_menu_marks_nothing() -> None:
    assert not [link for link in menus(someone("coordinator"), "/exploitation/composants").main if link.current]


def test_nobody_signed_in_sees_no_menu() -> None:
    assert menus(None, "/").main == ()


def test_every_page_allows_only_our_own_files() -> None:
    headers = TestClient(workshop()).get("/exploitation/composants").headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "no-cache" in headers["cache-control"]


def test_a_page_has_no_style_or_script_of_its_own() -> None:
    body = components()
    assert " style=" not in body
    assert "<style" not in body
    assert re.findall(r"<script(?![^>]* src=)", body) == []
    assert not re.search(r"\son\w+=", body)


def test_one_heading_opens_the_page_and_its_title() -> None:
    body = components()
    assert re.findall(r"<h1>(.*?)</h1>", body) == ["Composants"]
    assert f"<title>Erreur\u00a0: Composants – {site().name}</title>" in body


def test_every_id_of_the_components_page_is_used_once() -> None:
    ids = re.findall(r'\sid="([^"]*)"', components())
    assert sorted(ids) == sorted(set(ids))


def test_the_text_of_the_components_page_is_typeset() -> None:
    assert faults_in(components()) == []


@pytest.mark.parametrize("text", ["l'avis", "non ?", "12 500 €", "« oui »", "avis :", "le 3 mars", "attendez..."])
def test_the_scan_sees_what_is_not_typeset(text: str) -> None:
    assert faults_in(f"<p>{text}</p>")


def test_assets_are_named_by_their_content_and_kept_for_a_year() -> None:
    client = TestClient(workshop())
    answer = client.get(asset_path("meetings", "style.css"))
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["cache-control"]
    assert assets()["source-sans-3.woff2"].name in answer.text
    assert client.get("/assets/meetings/style.css").status_code == 404


def test_the_vendored_files_are_those_that_were_chosen() -> None:
    from services.chassis.web import vendor

    assert vendor.check() == []


def _app(endpoint: Any) -> TestClient:
    app = Starlette(routes=[Route("/", endpoint, methods=["GET", "POST"])])
    app.state.seal = Seal("a key for tests, nothing is secret here")
    app.state.service = type("Named", (), {"name": "meetings"})
    app.state.commands = type(
        "Given", (), {"settings": SETTINGS, "clock": type("Still", (), {"now": staticmethod(lambda: NOW)})}
    )
    return TestClient(app)


@pytest.mark.parametrize(
    ("refusal", "title", "way"),
    [
        (NotFound(), "Page introuvable", "Revenir à l’accueil"),
        (NotSignedIn(), "Vous n’êtes pas connecté", "/session/meetings/connexion"),
        (Unavailable(), "Le service ne répond pas", "Réessayer"),
    ],
)
def test_a_refusal_outside_a_form_is_a_french_page(refusal: Refusal, title: str, way: str) -> None:
    async def refused(request: Request) -> Response:
        return error_page(request, refusal)

    answer = _app(refused).get("/")
    assert answer.status_code == refusal.status
    assert f"<h1>{title}</h1>" in answer.text
    assert refusal.detail in answer.text
    assert way in answer.text
    assert faults_in(answer.text) == []


def test_a_message_is_shown_once_and_not_to_fragments() -> None:
    async def act(request: Request) -> Response:
        if request.method == "POST":
            response = Response(status_code=204)
            flash.leave(request, response, Message("La réunion est convoquée."), secure=False)
            return response
        return error_page(request, NotFound())

    client = _app(act)
    client.post("/")
    assert "est convoquée" not in client.get("/", headers={"HX-Request": "true"}).text
    assert "est convoquée" in client.get("/").text
    assert "est convoquée" not in client.get("/").text


def test_a_forged_message_is_not_shown() -> None:
    async def shown(request: Request) -> Response:
        return error_page(request, NotFound())

    client = _app(shown)
    client.cookies.set(flash.COOKIE, "Votre compte")
    assert "Votre compte" not in client.get("/").text


def test_a_posted_button_carries_its_own_command_id() -> None:
    found = re.findall(r'name="command_id" value="([^"]+)"', components())
    assert len(found) > 1
    assert all(UUID(one).version == 7 for one in found)


def test_ordinals_have_their_letters_raised_where_markup_may_stand() -> None:
    page = '<title>1er mars</title><a title="1er mars">le 1er mars, 21er</a><option>1er</option>3e classe'
    raised = page.replace("le 1er", "le 1<sup>er</sup>").replace("3e", "3<sup>e</sup>")
    assert raise_ordinals(page) == raised
