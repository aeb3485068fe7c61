"""« Télécharger mes données »: an archive of everything, asked for again with the password, for a day."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from selectolax.lexbor import LexborHTMLParser

from app.accounts import archives, throttling
from app.database import connection
from app.space import personal_data
from tests.accounts import cast
from tests.space.member import PASSWORD, Member
from tests.visitors import HTMX

pytestmark = pytest.mark.anyio

PAGE = "/mon-compte/telecharger"


async def _long_ago(member: Member) -> None:
    """The person proved who they are an hour ago."""
    await connection.execute(
        "UPDATE session SET proven_at = now() - interval '1 hour' WHERE account = $1",
        member.account,
    )


async def _archive_of(member: Member) -> str:
    """The address of an archive just built."""
    await member.open(PAGE)
    seen = await member.send(PAGE)
    return seen.attribute("#archive a.button", "href")


async def _taken(member: Member, address: str) -> zipfile.ZipFile:
    answer = await member.request("GET", address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    return zipfile.ZipFile(io.BytesIO(answer.response.content))


async def test_the_archive_holds_everything_to_read_and_for_another_program(
    camille: Member,
) -> None:
    """RGPD art. 15 and 20; evidence of both steps."""
    archive = await _taken(camille, await _archive_of(camille))
    names = {f"mes-donnees/{name}" for name in ("a-lire.html", "donnees.json")}
    names |= {f"mes-donnees/{name}" for name in ("preuves.json", "preuves.html")}
    assert set(archive.namelist()) == names
    data = json.loads(archive.read("mes-donnees/donnees.json"))
    assert data["compte"]["adresse_e-mail"] == camille.email
    assert len(data["consentements"]) == 2
    assert data["sessions"][0]["appareil"] == "Firefox sur Linux"
    evidence = json.loads(archive.read("mes-donnees/preuves.json"))
    assert len(evidence["elements"]) >= 4
    page = LexborHTMLParser(archive.read("mes-donnees/a-lire.html").decode())
    assert camille.email in page.body.text() if page.body else False
    assert not page.css("[src], link, script")
    steps = await connection.rows(
        "SELECT content::jsonb ->> 'etape' AS step FROM evidence_entry"
        " WHERE subject_id = $1 AND kind = 'rgpd.export' ORDER BY id",
        camille.account,
    )
    assert [row["step"] for row in steps] == ["preparation", "telechargement"]


async def test_no_secret_is_in_the_archive(camille: Member) -> None:
    archive = await _taken(camille, await _archive_of(camille))
    everything = b"".join(archive.read(name) for name in archive.namelist())
    kept = await connection.row(
        "SELECT p.hash, s.token_hash FROM password p JOIN session s ON s.account = p.account"
        " WHERE p.account = $1",
        camille.account,
    )
    assert kept is not None
    assert kept["hash"].encode() not in everything
    assert kept["token_hash"].hex().encode() not in everything


async def test_nothing_of_somebody_else_is_in_the_archive(
    camille: Member, dominique: Member
) -> None:
    archive = await _taken(camille, await _archive_of(camille))
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert dominique.email.encode() not in everything
    assert str(dominique.account).encode() not in everything


async def test_a_mailbox_is_not_filled_by_asking_for_archives(camille: Member) -> None:
    """Nor is the archive, which is work, built as often as a program asks."""
    await camille.open(PAGE)
    token = [("jeton", camille.token())]
    statuses = {(await camille.post(PAGE, token)).status for _ in range(throttling.ARCHIVES.most)}
    assert statuses == {303}
    assert (await camille.post(PAGE, token)).status == 429
    assert len(await cast.mailbox(camille.email)) == throttling.ARCHIVES.most
    assert await archives.latest(camille.account) is not None


async def test_the_password_is_asked_again_after_a_while(camille: Member) -> None:
    await _long_ago(camille)
    await camille.open(PAGE)
    refused = await camille.send(PAGE, mot_de_passe="au hasard")
    assert refused.status == 422
    assert await archives.latest(camille.account) is None
    seen = await camille.send(PAGE, mot_de_passe=PASSWORD)
    assert "Votre archive est prête" in seen.text("#archive")


@pytest.mark.parametrize(("minutes", "is_asked"), [(9, False), (11, True)])
async def test_a_proof_is_good_for_ten_minutes(
    camille: Member, minutes: int, is_asked: bool
) -> None:
    await connection.execute(
        "UPDATE session SET proven_at = now() - make_interval(mins => $2) WHERE account = $1",
        camille.account,
        minutes,
    )
    seen = await camille.open(PAGE)
    assert seen.has("#champ-mot_de_passe") == is_asked
    assert not is_asked or "10 minutes" in seen.text("#champ-mot_de_passe-aide")


async def test_the_archive_itself_is_not_given_without_a_recent_proof(camille: Member) -> None:
    address = await _archive_of(camille)
    await _long_ago(camille)
    answer = await camille.get(address)
    assert answer.status == 303
    asked = await camille.open(answer.headers["location"])
    assert asked.attribute("input[name=suite]", "value") == address
    answer = await camille.send("/mon-compte/identite", follow=False, mot_de_passe=PASSWORD)
    assert answer.headers["location"] == address
    await _taken(camille, address)


@pytest.mark.parametrize("elsewhere", ["https://pirate.example/", "//pirate.example", "/\\pirate"])
async def test_the_proof_never_leads_to_another_site(camille: Member, elsewhere: str) -> None:
    await camille.open("/mon-compte/identite")
    answer = await camille.send(
        "/mon-compte/identite", follow=False, suite=elsewhere, mot_de_passe=PASSWORD
    )
    assert answer.headers["location"] == "/mon-compte"


async def test_an_archive_is_its_owner_s_alone(camille: Member, dominique: Member) -> None:
    """EX-4-5: to somebody else it does not exist."""
    address = await _archive_of(camille)
    assert (await dominique.get(address)).status == 404
    assert (await camille.get(f"{PAGE}/{uuid4()}")).status == 404


async def test_an_archive_is_ciphered_told_by_mail_and_over_after_a_day(camille: Member) -> None:
    """E35."""
    address = await _archive_of(camille)
    archive = UUID(address.rpartition("/")[2])
    row = await connection.row("SELECT archive_sealed FROM data_export WHERE id = $1", archive)
    assert row is not None
    assert camille.email.encode() not in row["archive_sealed"]
    assert not row["archive_sealed"].startswith(b"PK")
    mail = await cast.mail("export_ready", camille.email)
    await camille.open(f"/liens/{mail.token}")
    assert (await camille.send(f"/liens/{mail.token}")).has("#archive a.button")
    await connection.execute(
        "UPDATE data_export SET expires_at = now() - interval '1 second' WHERE id = $1", archive
    )
    assert (await camille.get(address)).status == 404
    assert not (await camille.open(PAGE)).has("#archive a.button")
    assert await archives.tidy(datetime.now(UTC)) == 1


async def test_a_large_account_is_built_by_the_worker_with_its_progress(
    camille: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "ON_THE_SPOT", 0)
    await camille.open(PAGE)
    seen = await camille.send(PAGE)
    assert "se prépare" in seen.text("#archive")
    assert seen.attribute("#archive", "data-hx-get") == PAGE
    assert seen.has(f'#archive a[href="{PAGE}"]'), "without JavaScript, one refreshes"
    waiting = await archives.latest(camille.account)
    assert waiting is not None
    await archives.progressed(waiting.id, 30)
    part = await camille.request("GET", PAGE, headers=HTMX)
    assert part.attribute("progress", "value") == "30"
    assert not part.has("h1")
    await personal_data.build(waiting.id, now=datetime.now(UTC))
    assert not await personal_data.build(waiting.id, now=datetime.now(UTC)), "built once"
    part = await camille.request("GET", PAGE, headers=HTMX)
    assert "Votre archive est prête" in part.text("#archive")
    assert not part.tree.css_first("#archive").attributes.get("data-hx-get")  # type: ignore[union-attr]


async def test_an_archive_lost_on_the_way_can_be_asked_for_again(
    camille: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    await archives.ask(camille.account, now=long_ago)
    seen = await camille.open(PAGE)
    assert "se prépare" not in seen.text()
    assert "Votre archive est prête" in (await camille.send(PAGE)).text("#archive")
    assert not await personal_data.build(uuid4(), now=long_ago), "replaced: nobody waits for it"
