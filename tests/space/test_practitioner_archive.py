"""The archive of a practitioner: everything the rooms hold, and the very files given (RGPD art. 15 and 20)."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from app.database import connection
from app.directory.names import displayed_name
from app.errors import NotFound
from app.listing import documents
from app.sealing.sealing import CannotOpen
from app.space import archive, personal_data
from app.storage import files, places
from tests.accounts import cast as accounts
from tests.listing import cast
from tests.listing.cast import Owner
from tests.space import practising
from tests.space.member import Member, somebody

pytestmark = pytest.mark.anyio

PAGE = "/mon-compte/telecharger"
FOLDER = "mes-donnees/"
HELD_IN = {
    "practitioner": "fiche",
    "profile": "fiche",
    "practice_offered": "fiche",
    "theme_chosen": "fiche",
    "removal": "fiche",
    "service": "prestations",
    "practice_place": "lieux",
    "training_shown": "formations_affichées",
    "profile_criterion": "profil_complet",
    "customer_doubt": "jupiterre",
    "weekly_opening": "horaires",
    "booking_rules": "prise_de_rendez-vous_ouverte",
    "legal_identity": "identité_légale",
    "insurance": "assurances",
    "mediator": "médiateur",
    "training_certificate": "certificats",
    "certificate_coverage": "certificats",
    "practice_waiting": "dossier",
    "dossier": "dossier",
    "dossier_line": "dossier",
    "supporting_document": "documents_remis",
    "listing_step": "référencement",
    "expiry_reminder": "rappels_d_échéance",
    "decision": "décisions",
    "contest": "décisions",
}
"""Where each table about a practitioner is read in the archive."""


@pytest.fixture
async def camille(nobody: None) -> Owner:
    return await practising.whole()


async def _taken(site: Any, who: Owner) -> zipfile.ZipFile:
    """The archive, asked for and downloaded as its owner does."""
    async with await cast.member(site, who).sign_in(now=datetime.now(UTC)) as member:
        await member.open(PAGE)
        seen = await member.send(PAGE)
        return await _downloaded(member, seen.attribute("#archive a.button", "href"))


async def _downloaded(member: Member, address: str) -> zipfile.ZipFile:
    answer = await member.request("GET", address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/zip"
    found = zipfile.ZipFile(io.BytesIO(answer.response.content))
    assert found.testzip() is None
    return found


def _data(found: zipfile.ZipFile) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(found.read(f"{FOLDER}donnees.json"))
    return told


async def test_every_table_about_a_practitioner_is_read_in_the_archive(camille: Owner) -> None:
    """A table to come must say where its owner reads it."""
    referring = await connection.rows(
        "WITH RECURSIVE about AS (SELECT 'practitioner'::regclass::oid AS t UNION"
        " SELECT c.conrelid FROM pg_constraint c JOIN about a ON c.confrelid = a.t WHERE c.contype = 'f')"
        " SELECT t::regclass::text AS name FROM about"
    )
    assert {row["name"] for row in referring} == set(HELD_IN)
    told = await personal_data.export_of(camille.account)
    for table, section in HELD_IN.items():
        assert told[section] not in (None, "", [], {}), (table, section)


async def test_the_dossier_is_told_as_it_was_declared(camille: Owner) -> None:
    told = await personal_data.export_of(camille.account)
    assert told["identité_légale"]["siret"] == "73282932000074"
    [insured] = told["assurances"]
    assert insured["numéro_de_contrat"] == "SECRET-123", "private, but theirs"
    assert told["médiateur"]["site"] == "https://mediation.example"
    [certificate] = told["certificats"]
    assert certificate["pratiques"] == ["Sophrologie"]
    [line] = told["dossier"]["lignes_examinées"]
    assert line["à_corriger"] == "Le site du médiateur ne s’ouvre pas."
    assert [one["pratique"] for one in told["dossier"]["pratiques_en_attente_de_justificatif"]] == [
        "Yoga"
    ]
    assert len(told["contrat_de_référencement"]) == 1
    assert [step["à"] for step in told["référencement"]["étapes"]] == [
        "Dossier déposé",
        "Référencé",
        "Suspendu",
        "Référencé",
    ]
    assert told["référencement"]["étapes"][0]["par"] == "vous"


async def test_every_column_of_the_legal_identity_and_of_the_mediator_is_told(
    camille: Owner,
) -> None:
    told = await personal_data.export_of(camille.account)
    for table, section in (("legal_identity", "identité_légale"), ("mediator", "médiateur")):
        columns = await connection.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
            " AND column_name NOT IN ('id', 'practitioner')",
            table,
        )
        assert len(told[section]) == len(columns)


async def test_the_public_profile_is_told_whole(camille: Owner) -> None:
    told = await personal_data.export_of(camille.account)
    profile = told["fiche"]
    assert profile["nom_affiché"] == displayed_name(
        first_name="Camille", last_name="Martin", trade_name="", is_structure=False
    )
    assert profile["titre"] == "Séances pour souffler"
    assert profile["public_accueilli"] == ["Adultes"]
    assert profile["moyens_de_paiement"] == ["Chèque"]
    assert profile["langues"] == ["Occitan"]
    [gone] = profile["lignes_supprimées_depuis_peu"]
    assert gone["contenu"]["title"] == "Formation retirée"
    assert [place["accès"] for place in told["lieux"]] == ["Au fond de la cour"]
    assert [each["prix_en_centimes"] for each in told["prestations"]] == [6000]
    assert told["horaires"] == [{"jour": "Lundi", "de": "09:00", "à": "12:30"}]
    assert told["prise_de_rendez-vous_ouverte"] is True


async def test_decisions_are_told_with_their_reasons_and_what_was_answered(camille: Owner) -> None:
    suspended, lifted = (await personal_data.export_of(camille.account))["décisions"]
    assert suspended["faits"] == practising.FACTS
    assert suspended["motif"] == "Examen d’un ou de plusieurs signalements"
    assert suspended["contestation"]["vos_mots"] == practising.CONTESTED
    assert suspended["contestation"]["décision_maintenue"] is True
    assert lifted["décision"] == "Rétablissement du référencement"
    assert "contestation" not in lifted


async def test_no_administrator_is_named(camille: Owner) -> None:
    """Their names are data of their own; the decisions are the platform's."""
    told = str(await personal_data.export_of(camille.account))
    admin = await connection.row("SELECT id, first_name FROM account WHERE is_admin")
    assert admin is not None
    assert admin["first_name"] not in told
    assert str(admin["id"]) not in told


async def test_the_files_given_are_in_the_archive_as_they_were_sent(
    site: Any, camille: Owner
) -> None:
    found = await _taken(site, camille)
    held = await documents.of(camille.practitioner, with_replaced=True)
    assert len(held) == 3
    told = _data(found)["documents_remis"]
    assert {one["sha256"] for one in told} == {one.sha256.hex() for one in held}
    for one in told:
        assert one["fichier"].startswith("documents/")
        content = found.read(f"{FOLDER}{one['fichier']}")
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
    picture = Image.open(io.BytesIO(found.read(f"{FOLDER}portrait.jpg")))
    assert (picture.format, picture.size) == ("JPEG", (800, 800))
    page = found.read(f"{FOLDER}a-lire.html").decode()
    assert told[0]["fichier"] in page
    [_, noted] = await accounts.evidence("rgpd.export", camille.account)
    assert set(noted["pieces"]) == {str(one.id) for one in held}


async def test_nothing_of_another_practitioner_is_in_the_archive(site: Any, camille: Owner) -> None:
    other = await practising.whole("Dominique")
    found = await _taken(site, camille)
    everything = b"".join(found.read(name) for name in found.namelist())
    assert other.email.encode() not in everything
    theirs = [one.id.hex[:8] for one in await documents.of(other.practitioner)]
    assert not [name for name in found.namelist() if any(one in name for one in theirs)]


async def test_who_is_no_practitioner_has_no_listing_in_their_archive(
    site: Any, nobody: None
) -> None:
    person = await somebody(site)
    told = await personal_data.export_of(person.account)
    assert set(told) & set(HELD_IN.values()) == set()


async def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_there(
    site: Any, camille: Owner
) -> None:
    """A store that lost a file keeps nobody from their data."""
    lost, *_ = await documents.of(camille.practitioner)
    row = await connection.row("SELECT place FROM stored_file WHERE id = $1", lost.file)
    assert row is not None
    places.store().drop(row["place"])
    found = await _taken(site, camille)
    assert lost.name in found.read(f"{FOLDER}{archive.UNREAD}").decode()
    assert len(_data(found)["documents_remis"]) == 3
    assert sum(name.startswith(f"{FOLDER}documents/") for name in found.namelist()) == 3


async def test_somebody_else_takes_neither_the_archive_nor_its_files(
    site: Any, camille: Owner
) -> None:
    other = await practising.whole("Dominique")
    async with await cast.member(site, camille).sign_in(now=datetime.now(UTC)) as member:
        await member.open(PAGE)
        address = (await member.send(PAGE)).attribute("#archive a.button", "href")
    async with await cast.member(site, other).sign_in(now=datetime.now(UTC)) as stranger:
        assert (await stranger.get(address)).status == 404
    assert len(await accounts.evidence("rgpd.export", camille.account)) == 1


# ---- piece by piece -------------------------------------------------------------------------------


def _heavy(pieces: int) -> Iterator[bytes]:
    piece = bytes(range(256)) * 256
    for _ in range(pieces):
        yield piece


def _altered() -> Iterator[bytes]:
    yield b"le debut"
    raise CannotOpen("altered")


def test_a_heavy_file_is_never_held_whole() -> None:
    """Sixty documents of ten megabytes leave through a few hundred kilobytes of memory."""
    now = datetime.now(UTC)
    base = archive.zipped({}, {}, [], now=now)
    tracemalloc.start()
    total = 0
    for piece in archive.with_files(base, {"un.pdf": _heavy(800)}, now=now):
        total += len(piece)
        assert len(piece) < 1_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total > 100_000
    assert peak < 4_000_000


def test_a_file_altered_on_the_way_leaves_an_archive_that_opens() -> None:
    now = datetime.now(UTC)
    base = archive.zipped({}, {}, [], now=now)
    beside = {"un.pdf": _altered(), "deux.pdf": iter([b"entier"])}
    found = zipfile.ZipFile(io.BytesIO(b"".join(archive.with_files(base, beside, now=now))))
    assert found.testzip() is None
    assert found.read(f"{FOLDER}deux.pdf") == b"entier"
    assert "un.pdf" in found.read(f"{FOLDER}{archive.UNREAD}").decode()


async def test_a_file_dropped_meanwhile_is_no_longer_given(camille: Owner) -> None:
    """Its row may still be named by a dossier: its bytes are nobody's any more."""
    dropped, *_ = await documents.of(camille.practitioner)
    await files.drop(dropped.file)
    with pytest.raises(NotFound):
        await files.pieces(dropped.file)
    told = await personal_data.export_of(camille.account)
    assert dropped.id.hex[:8] not in str(told["documents_remis"])
