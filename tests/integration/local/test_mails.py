"""The mail catcher: a real SMTP server whose messages people and tests can read."""

from email.message import EmailMessage

import aiosmtplib
import httpx

from tests.integration.local.conftest import Front

CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def invitation(to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "CISPD Grand Calais <cispd@grandcalais.example>"
    mail["To"] = to
    mail["Subject"] = "Convocation : comité restreint, mardi 13 juin 2017"
    mail.set_content("La présidente vous convoque au comité restreint.\n")
    mail.add_alternative("<p>La présidente vous convoque</p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(CALENDAR.encode(), maintype="text", subtype="calendar", filename="réunion.ics")
    return mail


async def send(front: Front, to: str) -> None:
    await aiosmtplib.send(invitation(to), hostname="127.0.0.1", port=front.addresses.smtp)


async def test_a_message_is_kept_with_its_parts(browser: httpx.AsyncClient, front: Front) -> None:
    await send(front, "prefecture@pas-de-calais.example")
    found = await browser.get("/courriels/messages.json", params={"to": "prefecture@pas-de-calais.example"})
    (mail,) = found.json()
    assert mail["subject"] == "Convocation : comité restreint, mardi 13 juin 2017"
    assert mail["text"].startswith("La présidente vous convoque")
    assert mail["attachments"] == [{"name": "réunion.ics", "type": "text/calendar", "text": CALENDAR}]
    assert ["From", "CISPD Grand Calais <cispd@grandcalais.example>"] in mail["headers"]


async def test_the_list_can_be_followed_from_the_last_number_seen(browser: httpx.AsyncClient, front: Front) -> None:
    to = "parquet@boulogne.example"
    await send(front, to)
    (first,) = (await browser.get("/courriels/messages.json", params={"to": to})).json()
    await send(front, to)
    (second,) = (await browser.get("/courriels/messages.json", params={"to": to, "after": first["number"]})).json()
    assert second["number"] > first["number"]


async def test_people_read_a_message_in_french(browser: httpx.AsyncClient, front: Front) -> None:
    await send(front, "bailleur@opale.example")
    (mail,) = (await browser.get("/courriels/messages.json", params={"to": "bailleur@opale.example"})).json()
    listing = await browser.get("/courriels/")
    page = await browser.get(f"/courriels/{mail['number']}")
    assert "Courriels reçus" in listing.text
    assert "bailleur@opale.example" in listing.text
    assert "La présidente vous convoque" in page.text
    assert "BEGIN:VCALENDAR" in page.text
    assert "<script>" not in page.text


async def test_a_mail_cannot_run_anything_in_the_reader(browser: httpx.AsyncClient, front: Front) -> None:
    await send(front, "gendarmerie@calais.example")
    (mail,) = (await browser.get("/courriels/messages.json", params={"to": "gendarmerie@calais.example"})).json()
    page = await browser.get(f"/courriels/{mail['number']}/html")
    assert "sandbox" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]


async def test_a_message_that_does_not_exist_is_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/courriels/999999")).status_code == 404
