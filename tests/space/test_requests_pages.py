"""« Mes demandes » and « Notifications »: rights used, answers followed, mails chosen."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from app.accounts import requests, throttling
from app.database import connection
from app.post import choices, kinds
from tests.accounts import cast
from tests.space.member import Member

pytestmark = pytest.mark.anyio

PAGE = "/mon-compte/demandes"
REMINDER = msgspec.structs.replace(
    kinds.KINDS["welcome"],
    name="reminder",
    code="E10",
    label="Rappel de rendez-vous",
    why="vous avez pris rendez-vous",
    is_comfort=True,
)


async def test_a_request_is_entered_sealed_with_its_deadline_and_followed(camille: Member) -> None:
    """RGPD art. 12 (3): one month; E36."""
    await camille.open(PAGE)
    seen = await camille.send(PAGE, droit="rectification", precisions="Mon nom\ns’écrit autrement.")
    listed = seen.text(".record")
    assert "Rectifier mes données" in listed
    assert "Réponse au plus tard le" in listed
    assert "s’écrit autrement" in listed
    kept = await connection.row("SELECT reference, words_sealed FROM data_request")
    assert kept is not None
    assert b"autrement" not in kept["words_sealed"]
    await cast.mail("data_request_received", camille.email)
    admin = await cast.admin()
    await requests.answer(kept["reference"], "C’est corrigé.", by=admin, now=datetime.now(UTC))
    assert "C’est corrigé." in (await camille.open(PAGE)).text(".words--answer")


async def test_a_mailbox_is_not_filled_by_sending_requests(camille: Member) -> None:
    """The address of an account may not be its holder's, until it is confirmed."""
    await camille.open(PAGE)
    for _ in range(throttling.DATA_REQUESTS.most):
        await camille.send(PAGE, droit="acces", precisions="Encore")
    seen = await camille.send(PAGE, droit="acces", precisions="Une fois de trop")
    assert seen.status == 422
    assert seen.text("textarea") == "Une fois de trop"
    assert "Réessayez" in seen.text("main")
    assert len(await cast.mailbox(camille.email)) == throttling.DATA_REQUESTS.most


async def test_what_is_missing_is_said_and_the_words_are_kept(camille: Member) -> None:
    await camille.open(PAGE)
    seen = await camille.send(PAGE, precisions="Bonjour")
    assert seen.status == 422
    assert seen.has("#champ-droit-erreur")
    assert seen.text("textarea") == "Bonjour"
    seen = await camille.send(PAGE, droit="acces", precisions="a" * 6_000)
    assert seen.status == 422
    assert seen.has("#champ-precisions-erreur")
    assert await requests.of(camille.account) == []


async def test_somebody_else_s_requests_are_never_listed(
    camille: Member, dominique: Member
) -> None:
    """EX-4-5."""
    await dominique.open(PAGE)
    await dominique.send(PAGE, droit="acces", precisions="À moi seule")
    assert "À moi seule" not in (await camille.open(PAGE)).text()


async def test_without_any_comfort_mail_the_page_says_so(camille: Member) -> None:
    """A client receives none yet; those of practitioners are not theirs to choose."""
    seen = await camille.open("/mon-compte/notifications")
    assert "il n’y a rien à désactiver" in seen.text()
    assert "Profil complet" not in seen.text()
    assert "vous êtes praticien" not in seen.text()
    assert "Nouvel appareil" in seen.text()
    assert "Empreinte du registre" not in seen.text(), "for administrators"


async def test_comfort_mails_are_refused_and_wanted_again_legal_ones_never(
    camille: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds.KINDS, "reminder", REMINDER)
    page = "/mon-compte/notifications"
    seen = await camille.open(page)
    assert "vous avez pris rendez-vous" in seen.text("#reminder-pourquoi")
    assert "checked" in seen.all("input[value=reminder]")[0].attributes
    await camille.send(page, mail=[])
    assert await choices.refused_by(camille.account) == {"reminder"}, "nothing they were not shown"
    await camille.post(
        page, [("jeton", camille.token()), ("mail", "welcome"), ("mail", "reminder")]
    )
    assert await choices.refused_by(camille.account) == set()
