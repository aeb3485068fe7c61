"""« Sécurité »: password, connected devices, second factor, an access that is not one's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pyotp
import pytest
import segno

from app.accounts import second_factor
from app.database import connection
from app.space import factor
from tests.accounts import cast
from tests.space.member import PASSWORD, Member

pytestmark = pytest.mark.anyio

PAGE = "/mon-compte/securite"
OTHER_PASSWORD = "quatre lanternes jaunes bavardent"


@pytest.fixture
async def camille_at_work(site: Any, camille: Member) -> Any:
    """The same person, on another device."""
    member = Member(site, camille.account, email=camille.email)
    async with await member.sign_in(now=datetime.now(UTC) - timedelta(days=3)):
        yield member


async def test_a_new_password_closes_the_other_devices_and_is_told_by_mail(
    camille: Member, camille_at_work: Member
) -> None:
    """EX-4-6: all other sign-in sessions are dead."""
    await camille.open(PAGE)
    seen = await camille.send(
        f"{PAGE}/mot-de-passe", mot_de_passe=PASSWORD, mot_de_passe_nouveau=OTHER_PASSWORD
    )
    assert "Votre mot de passe est changé" in seen.text()
    assert (await camille_at_work.get("/mon-compte")).status == 303
    await cast.mail("password_changed", camille.email)


@pytest.mark.parametrize(
    ("current", "wanted", "field"),
    [
        ("au hasard", OTHER_PASSWORD, "mot_de_passe"),
        (PASSWORD, "motdepasse123", "mot_de_passe_nouveau"),
        (PASSWORD, "camille.martin.1985", "mot_de_passe_nouveau"),
        (PASSWORD, PASSWORD, "mot_de_passe_nouveau"),
    ],
)
async def test_a_password_refused_is_said_beside_its_field(
    camille: Member, current: str, wanted: str, field: str
) -> None:
    await camille.open(PAGE)
    seen = await camille.send(
        f"{PAGE}/mot-de-passe", mot_de_passe=current, mot_de_passe_nouveau=wanted
    )
    assert seen.status == 422
    assert seen.has(f"#champ-{field}-erreur")
    assert wanted not in seen.html
    assert current not in seen.html


async def test_an_old_password_is_pointed_out_and_still_works(camille: Member) -> None:
    """EX-4-2: an invitation, never an obligation."""
    assert "Pensez à en changer" not in (await camille.open(PAGE)).text()
    await connection.execute(
        "UPDATE password SET changed_at = changed_at - interval '400 days' WHERE account = $1",
        camille.account,
    )
    assert "Pensez à en changer" in (await camille.open(PAGE)).text()
    assert "Votre mot de passe a plus d’un an" in (await camille.open("/mon-compte")).text()
    entered = await cast.entered(camille.email, PASSWORD, now=datetime.now(UTC))
    assert entered.account == camille.account


async def test_each_device_is_listed_with_its_dates_and_can_be_disconnected(
    camille: Member, camille_at_work: Member
) -> None:
    """EX-5-5: closing a sign-in session logs it out at its next request."""
    seen = await camille.open(PAGE)
    listed = seen.texts(".record--row")
    assert len(listed) == 2
    assert "cet appareil" in listed[0]
    assert "Firefox sur Linux" in listed[1]
    assert "Connecté le" in listed[1]
    await camille.send(f"{PAGE}/appareils/{camille_at_work.session}")
    assert (await camille_at_work.get("/mon-compte")).status == 303
    assert (await camille.get("/mon-compte")).status == 200


async def test_all_other_devices_can_be_disconnected_at_once(
    camille: Member, camille_at_work: Member
) -> None:
    await camille.open(PAGE)
    seen = await camille.send(f"{PAGE}/appareils")
    assert len(seen.all(".record--row")) == 1
    assert (await camille_at_work.get("/mon-compte")).status == 303


async def test_a_stranger_cannot_disconnect_me(camille: Member, dominique: Member) -> None:
    """EX-4-5: somebody else's sign-in session does not exist."""
    await dominique.open(PAGE)
    for session in (camille.session, uuid4()):
        answer = await dominique.post(f"{PAGE}/appareils/{session}", [("jeton", dominique.token())])
        assert answer.status == 404
    assert (await camille.get("/mon-compte")).status == 200


async def test_a_second_factor_is_set_up_by_picture_or_by_key_and_shows_its_codes_once(
    camille: Member, camille_at_work: Member
) -> None:
    page = f"{PAGE}/second-facteur"
    seen = await camille.open(page)
    key = seen.text(".key").replace(" ", "")
    assert len(seen.attribute(".qr__squares", "d")) > 500
    wrong = await camille.send(page, code="000000", mot_de_passe=PASSWORD)
    assert wrong.status == 422
    assert "Tapez-le de nouveau" in wrong.text("#champ-mot_de_passe-erreur")
    assert wrong.text(".key").replace(" ", "") == key, "the same key until it is confirmed"
    codes = await camille.send(page, code=pyotp.TOTP(key).now(), mot_de_passe=PASSWORD)
    assert codes.headers["cache-control"] == "no-store"
    shown = codes.texts(".codes code")
    assert len(set(shown)) == second_factor.RECOVERY_CODES
    assert all(code in codes.attribute("a[download]", "href") for code in shown)
    assert (await camille_at_work.get("/mon-compte")).status == 303
    await cast.mail("second_factor_changed", camille.email)
    again = await camille.open(PAGE)
    assert "Activé" in again.text()
    assert not any(code in again.html for code in shown)


async def test_the_second_factor_needs_the_password_and_a_right_code(camille: Member) -> None:
    page = f"{PAGE}/second-facteur"
    key = (await camille.open(page)).text(".key").replace(" ", "")
    refused = await camille.send(page, code=pyotp.TOTP(key).now(), mot_de_passe="au hasard")
    assert refused.status == 422
    assert refused.has("#champ-mot_de_passe-erreur")
    assert "Activé" not in (await camille.open(PAGE)).text()


async def test_the_second_factor_is_taken_off_with_the_password_only(camille: Member) -> None:
    key = (await camille.open(f"{PAGE}/second-facteur")).text(".key").replace(" ", "")
    await camille.send(f"{PAGE}/second-facteur", code=pyotp.TOTP(key).now(), mot_de_passe=PASSWORD)
    await camille.open(PAGE)
    refused = await camille.send(f"{PAGE}/second-facteur/retirer", mot_de_passe_retrait="non")
    assert refused.status == 422
    assert refused.has("details[open] #champ-mot_de_passe_retrait-erreur")
    seen = await camille.send(f"{PAGE}/second-facteur/retirer", mot_de_passe_retrait=PASSWORD)
    assert "Mettre en place un second facteur" in seen.text()


async def test_new_recovery_codes_replace_the_former_ones(camille: Member) -> None:
    key = (await camille.open(f"{PAGE}/second-facteur")).text(".key").replace(" ", "")
    first = await camille.send(
        f"{PAGE}/second-facteur", code=pyotp.TOTP(key).now(), mot_de_passe=PASSWORD
    )
    await camille.open(PAGE)
    second = await camille.send(f"{PAGE}/codes", mot_de_passe_codes=PASSWORD)
    assert set(first.texts(".codes code")).isdisjoint(second.texts(".codes code"))


def test_the_drawing_of_a_code_is_the_code() -> None:
    """Each run of the path covers exactly the dark modules, with the quiet zone around."""
    address = "otpauth://totp/Mon%20Pro:camille%40exemple.example?secret=ABCDEFGH&issuer=Mon%20Pro"
    path, side = factor.squares(address)
    drawn = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        drawn |= {(int(x) + step, int(y)) for step in range(int(length))}
    matrix = list(segno.make(address, error="m", micro=False).matrix_iter(border=factor.QUIET))
    assert side == len(matrix)
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}


async def test_an_access_that_is_not_mine_closes_everything(
    camille: Member, camille_at_work: Member
) -> None:
    """EX-4-6: reported, all is closed, and only a new password opens the account again."""
    await camille.open(f"{PAGE}/acces-non-autorise")
    seen = await camille.send(f"{PAGE}/acces-non-autorise")
    assert "Tout est déconnecté." in seen.text()
    for member in (camille, camille_at_work):
        assert (await member.get("/mon-compte")).status == 303
    await cast.mail("reset_password", camille.email)
    noted = await connection.row(
        "SELECT 1 AS one FROM evidence_entry WHERE subject_id = $1 AND kind = 'auth.signale'",
        camille.account,
    )
    assert noted is not None
