"""Two people change the same address or send the same message again: the second is told and has lost nothing."""

from __future__ import annotations

from uuid import uuid4

from services.notifications.service import SERVICE
from tests.integration.notifications.office import PARQUET, Office, address, convened
from tests.support.stale_forms import forms_of, is_refused_and_keeps_what_was_typed, sends_its_version

PARTNER, AGAIN = "/envois/annuaire/{institution_id}", "/envois/{delivery_id}/renvoyer"


async def test_no_form_overwrites_what_somebody_else_changed(office: Office) -> None:
    office.mailroom.refused.add(address(PARQUET))
    await office.fact(convened(office, PARQUET))
    await office.deliver()
    failed = (await office.delivery(PARQUET))["id"]
    browser = office.api.browser("coordinator")
    partner, again = PARTNER.format(institution_id=office.ids[PARQUET]), AGAIN.format(delivery_id=failed)
    assert forms_of(SERVICE) == {PARTNER, AGAIN}
    typed = {"email": "greffe@parquet.example", "webhook_url": "https://parquet.example/hook", "webhook_secret": ""}
    page = await is_refused_and_keeps_what_was_typed(browser, partner, typed)
    assert "Les coordonnées ne sont pas enregistrées" in page
    await sends_its_version(browser, partner, partner)
    await sends_its_version(browser, f"/envois/{failed}", again)
    stale = {"csrf": browser.csrf, "command_id": str(uuid4()), "version": "98765"}  # type: ignore[attr-defined]
    answer = await browser.post(again, data=stale)
    assert answer.status_code == 412
    assert "Le contenu a changé depuis que vous l’avez ouvert" in answer.text
