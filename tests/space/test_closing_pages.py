"""« Résilier mon compte »: told before, done at once, never held back (EX-4-7, EX-4-8, EX-14-2, EX-14-3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.accounts import people, signing_in
from app.accounts.signing_in import WrongCredentials
from app.database import connection
from tests.accounts import cast
from tests.space.member import PASSWORD, Member

pytestmark = pytest.mark.anyio

CONFIRM = "/mon-compte/resilier/confirmer"


async def test_two_clicks_lead_from_the_account_to_the_decision(camille: Member) -> None:
    home = await camille.open("/mon-compte")
    first = [a.attributes["href"] for a in home.all("main a") if "Résilier" in a.text()]
    seen = await camille.open(first[0] or "")
    assert "Ce qui disparaît aussitôt" in seen.text()
    assert "5 ans" in seen.text(), "what is kept, and how long"
    second = [a.attributes["href"] for a in seen.all("main a") if "Continuer" in a.text()]
    await camille.open(second[0] or "")
    assert camille.offered(CONFIRM)


async def test_the_account_is_closed_at_once_everywhere(site: Any, camille: Member) -> None:
    elsewhere = await Member(site, camille.account, email=camille.email).sign_in()
    await camille.open(CONFIRM)
    seen = await camille.send(CONFIRM, raison="plus_besoin", mot_de_passe=PASSWORD)
    assert seen.text("h1") == "Votre compte est résilié"
    for member in (camille, elsewhere):
        assert (await member.get("/mon-compte")).status == 303
    with pytest.raises(WrongCredentials):
        await signing_in.by_password(
            camille.email, PASSWORD, origin=cast.HOME, now=datetime.now(UTC)
        )
    assert (await people.person(camille.account)).first_name == ""
    await cast.mail("account_closed", camille.email)
    noted = await connection.row(
        "SELECT content::jsonb ->> 'motif' AS reason FROM evidence_entry"
        " WHERE subject_id = $1 AND kind = 'compte.clos'",
        camille.account,
    )
    assert noted is not None
    assert noted["reason"] == "plus_besoin"


async def test_the_reason_is_optional_and_never_free_text(camille: Member) -> None:
    await camille.open(CONFIRM)
    pairs = [pair for pair in camille.held(CONFIRM) if pair[0] not in ("raison", "mot_de_passe")]
    pairs += [("raison", "j’ai une maladie"), ("mot_de_passe", PASSWORD)]
    assert (await camille.post(CONFIRM, pairs)).status == 303
    noted = await connection.row(
        "SELECT content FROM evidence_entry WHERE subject_id = $1 AND kind = 'compte.clos'",
        camille.account,
    )
    assert noted is not None
    assert "maladie" not in noted["content"]


async def test_a_wrong_password_closes_nothing_and_keeps_the_reason(camille: Member) -> None:
    await camille.open(CONFIRM)
    seen = await camille.send(CONFIRM, raison="donnees", mot_de_passe="au hasard")
    assert seen.status == 422
    assert seen.attribute("option[selected]", "value") == "donnees"
    assert (await people.person(camille.account)).closed_at is None


async def test_the_only_administrator_is_told_why_the_account_stays(camille: Member) -> None:
    await connection.execute("UPDATE account SET is_admin = true WHERE id = $1", camille.account)
    await camille.open(CONFIRM)
    seen = await camille.send(CONFIRM, mot_de_passe=PASSWORD)
    assert seen.status == 422
    assert "seul compte d’administration" in seen.text(".refusals")
