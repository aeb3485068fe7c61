"""What the terms and the law want said on a practitioner's page, and what must never be on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.database import connection
from app.directory import changes
from app.pages import profile
from app.rendering.moments import day_of
from app.search import index
from app.settings import values
from tests.factories import id_of, indexed, practitioner
from tests.pages.people import HOSTILE, everything_filled, hostile, papers_changed
from tests.pages.reading import NOTICE, data, pairs, read
from tests.visitors import ALLOWED_SENTENCE, Visitor, folded

pytestmark = pytest.mark.anyio

DELIVERED = "Justificatifs déclarés et remis par le praticien, non vérifiés par la plateforme"
CONTRACT_NUMBER = "SECRET-123456"


# ---- what the terms and the law want said ----------------------------------------------------------


async def test_the_precautions_are_recalled_and_linked(visitor: Visitor) -> None:
    """EX-1-1, EX-1-2: on each profile."""
    seen = await read(visitor, await practitioner())
    assert NOTICE in seen.text("main .precautions")
    assert seen.attribute("main .precautions a", "href") == "/precautions"


async def test_what_the_practitioner_writes_is_said_to_be_theirs(visitor: Visitor) -> None:
    """EX-1-3."""
    seen = await read(visitor, await practitioner())
    caption = seen.text("#presentation ~ .caption")
    assert caption == "Texte rédigé par le praticien, non relu par la plateforme"


async def test_a_practice_under_vigilance_is_named_with_its_warning(visitor: Visitor) -> None:
    """EX-1-4: the stronger sentence, for the practices concerned only."""
    seen = await read(visitor, await everything_filled())
    warning = "Pratique non reconnue scientifiquement ; ne remplace pas un avis médical."
    assert seen.text(".note--apricot") == f"Iridologie : {warning}"
    plain = await read(visitor, await practitioner())
    assert not plain.has(".note--apricot")


async def test_documents_are_said_to_be_delivered_never_checked(visitor: Visitor) -> None:
    """EX-3.1-14: the exact sentence; no word of approval about the practitioner, whatever the tier."""
    seen = await read(visitor, await everything_filled())
    said = [caption for caption in seen.texts(".caption") if "Justificatifs" in caption]
    assert said == [DELIVERED, DELIVERED]
    incomplete = await read(visitor, await practitioner(is_complete=False, is_jupiterre_user=True))
    for page in (seen, incomplete):
        words = page.text("main").replace(ALLOWED_SENTENCE, "").lower()
        for approval in ("vérifi", "certifi", "agréé", "labellis", "garanti", "recommand"):
            assert approval not in words


async def test_the_legal_block_says_with_whom_one_deals(visitor: Visitor) -> None:
    """C. conso. L111-1, R111-2; terms § 3.1: insurer, contact and coverage; mediator with a clickable site."""
    seen = await read(visitor, await everything_filled())
    assert pairs(seen, ".legal") == {
        "Dénomination": "Élodie d’Aubigné EI",
        "Forme juridique": "Entreprise individuelle",
        "SIRET": "732 829 320 00074",
        "Immatriculation": "RNE 732 829 320",
        "TVA": "TVA non applicable, art. 293 B du CGI",
        "Adresse": "1 rue des Essais, 69003 Lyon",
        "Téléphone": "01 99 00 12 34",
        "Courriel": "essai@exemple.example",
        "Assurance professionnelle": (
            "Assurance d’essai, 1 place des Essais, 69003 Lyon ; couverture : France"
        ),
        "Médiateur de la consommation": (
            "Médiation d’essai, 2 place des Essais, 69003 Lyonhttps://mediation.example"
        ),
    }
    site = seen.all('.legal a[href="https://mediation.example"]')[0]
    assert set((site.attributes["rel"] or "").split()) >= {"nofollow", "noopener"}
    assert "TVA non applicable, art. 293 B du CGI" in seen.text("#prestations ~ .caption")


async def test_a_company_shows_its_capital_and_its_vat_number(visitor: Visitor) -> None:
    slug = await practitioner(trade_name="Souffle SARL")
    await papers_changed(
        slug,
        "legal_identity",
        legal_form="SARL",
        capital_cents=200_000,
        registration="RCS",
        registration_city="Lyon",
        is_vat_registered=True,
        vat_number="FR44732829320",
    )
    said = pairs(await read(visitor, slug), ".legal")
    assert said["Dénomination"] == "Souffle SARL"
    assert said["Forme juridique"] == "SARL, capital de 2 000 €"
    assert said["Immatriculation"] == "RCS Lyon 732 829 320"
    assert said["TVA"] == "N° de TVA FR44732829320"


async def test_only_an_insurance_in_force_is_shown(visitor: Visitor) -> None:
    today = day_of(datetime.now(UTC))
    slug = await practitioner()
    for starts_on, ends_on, is_shown in (
        (today - timedelta(400), today - timedelta(1), False),
        (today + timedelta(1), today + timedelta(400), False),
        (today - timedelta(400), today, True),
        (today, today + timedelta(400), True),
    ):
        await papers_changed(slug, "insurance", starts_on=starts_on, ends_on=ends_on)
        seen = await read(visitor, slug)
        assert ("Assurance d’essai" in seen.html) is is_shown


async def test_an_insurance_is_in_force_until_midnight_in_paris(site: Any, empty: None) -> None:
    """Its last day is a day in France: an hour before that of UTC ends in winter, two in summer."""
    slug = await practitioner()
    for midnight in (
        datetime(2026, 11, 22, 23, tzinfo=UTC),
        datetime(2027, 7, 14, 22, tzinfo=UTC),
    ):
        last = midnight.date()
        await papers_changed(slug, "insurance", starts_on=last - timedelta(days=300), ends_on=last)
        assert await _insurer_at(site, slug, midnight - timedelta(seconds=1)) == "Assurance d’essai"
        assert await _insurer_at(site, slug, midnight) == ""


async def _insurer_at(site: Any, slug: str, now: datetime) -> str:
    """Who insures, as the page says it at `now` (UTC)."""
    finder = site.state.finder
    catalogue = (await finder.roster.current(now)).order.catalogue
    shown = await profile.profile(
        slug, catalogue=catalogue, book=finder.book, jupiterre_tier=True, now=now
    )
    assert shown.legal is not None
    return shown.legal.insurer


async def test_a_missing_paper_leaves_no_empty_line(visitor: Visitor) -> None:
    slug = await practitioner()
    person = await id_of(slug)
    async with connection.transaction():
        for table in ("insurance", "mediator"):
            await connection.execute(f"DELETE FROM {table} WHERE practitioner = $1", person)
        await changes.record(person)
    for name, value in pairs(await read(visitor, slug), ".legal").items():
        assert any(character.isalnum() for character in value), f"nothing after « {name} »"


async def test_the_label_of_the_software_is_on_the_profiles_it_moves(visitor: Visitor) -> None:
    label = "Client du logiciel Jupi’terre"
    moved = await practitioner(is_complete=False, is_jupiterre_user=True)
    complete = await practitioner(is_jupiterre_user=True)
    assert label in (await read(visitor, moved)).text("main")
    assert label not in (await read(visitor, complete)).text("main")
    await values.change(
        values.JUPITERRE_TIER, False, by="essai", effective_at=datetime.now(UTC) - timedelta(1)
    )
    assert label not in (await read(visitor, moved)).text("main")


# ---- what must not come out ------------------------------------------------------------------------


async def test_the_contract_number_is_nowhere_public(visitor: Visitor, index_gateway: Any) -> None:
    """EX-3.1-3: neither in a page, nor in the documents of the search index."""
    slug = await everything_filled()
    await indexed(index_gateway)
    for address in (
        f"/praticiens/{slug}",
        "/praticiens",
        "/pratiques/sophrologie",
        "/praticiens/suggestions?q=aubigne",
        "/sitemaps/praticiens-1.xml",
    ):
        seen = await visitor.request("GET", address)
        assert seen.status == 200
        assert CONTRACT_NUMBER not in seen.html
    assert (await visitor.get(f"/praticiens?q={CONTRACT_NUMBER}")).slugs == []
    documents = [index.document(row) for row in await connection.rows(index._DOCUMENTS)]
    assert len(documents) == 1
    said = json.dumps(documents, ensure_ascii=False)
    assert "d’Aubigné" in said
    for private in (CONTRACT_NUMBER, "73282932000074", "+33199001234", "essai@exemple.example"):
        assert private not in said


async def test_nothing_written_leaves_its_place(visitor: Visitor, index_gateway: Any) -> None:
    slug = await hostile()
    await indexed(index_gateway)
    seen = await read(visitor, slug)
    assert seen.text("h1") == folded(f"{HOSTILE[:80]} {HOSTILE[:80]}")
    assert seen.text(".profile__headline") == HOSTILE
    scripts = [node.attributes.get("src") for node in seen.all("script")]
    assert len([source for source in scripts if source is None]) == 1
    assert seen.all("main b, [onload]") == []
    assert "alert(1)</script>" not in seen.html
    assert "49" not in seen.text("h1")
    found = data(seen)
    assert found["description"] == HOSTILE
    assert found["makesOffer"][0]["itemOffered"]["name"] == HOSTILE
    for address in ("/praticiens", "/pratiques/sophrologie", "/praticiens?q=alert", "/sitemap.xml"):
        other = await visitor.get(address)
        assert other.status == 200
        assert "<script>alert" not in other.html
        assert other.all("main b, main [onload]") == []
