"""The practitioner's page: everything one needs to choose, and what others read of it (shared links, robots, paper)."""

from __future__ import annotations

import pytest

from app import config
from app.database import connection
from app.directory import changes
from tests.factories import edited, id_of, practitioner
from tests.pages.people import everything_filled
from tests.pages.reading import NOTICE, data, pairs, read
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

# ---- what one needs to choose -----------------------------------------------------------------------


async def test_a_filled_profile_shows_everything(visitor: Visitor) -> None:
    seen = await read(visitor, await everything_filled())
    assert seen.text("h1") == "Élodie d’Aubigné"
    assert seen.text("h1 strong") == "d’Aubigné"
    assert seen.text(".profile__headline") == "Respirer, dormir, avancer"
    assert seen.texts(".profile__top .facts li") == [
        "Lyon (69)",
        "En visio",
        "À domicile",
        "à partir de 50 €",
    ]
    assert seen.texts(".profile__main .tags a") == [
        "Sophrologie",
        "Iridologie",
        "Gestion du stress",
        "Mieux dormir",
    ]
    assert len(seen.all("#presentation ~ .prose p")) == 2
    assert seen.text("#presentation ~ .prose p:last-child") == "Mon second paragraphe."


async def test_each_service_says_how_long_how_much_where_and_when_one_pays(
    visitor: Visitor,
) -> None:
    seen = await read(visitor, await everything_filled())
    shown = seen.texts(".service")
    assert all(
        words in shown[0] for words in ("Séance individuelle", "1 h", "En cabinet", "En visio")
    )
    assert shown[0].endswith("65,50 €")
    assert "Règlement sur place" in shown[0]
    assert "1 h 30" in shown[1]
    assert "Acompte de 25,50 € à la réservation, le reste sur place" in shown[1]
    assert shown[1].endswith("90 €")
    assert "45 min" in shown[2]
    assert "Par téléphone" in shown[2]
    assert "Règlement à la réservation" in shown[2]
    assert shown[3].endswith("Gratuit")
    assert "Règlement" not in shown[3]
    assert len(shown) == 4, "a service put away is not shown"


async def test_each_place_says_how_to_get_there(visitor: Visitor) -> None:
    seen = await read(visitor, await everything_filled())
    practice, home = seen.texts(".place")
    for words in ("Cabinet des Tilleuls", "1 rue des Essais 69003 Lyon", "Métro Saxe, 2e étage"):
        assert words in practice
    assert "À domicile" in home
    assert "Villeurbanne" in home
    assert "jusqu’à 15 km" in home
    for link in seen.all(".place a"):
        around = await visitor.get(link.attributes["href"] or "")
        assert around.status == 200
        assert around.slugs


async def test_what_helps_to_choose_comes_before_the_hours_and_the_legal_block(
    visitor: Visitor,
) -> None:
    """Who, what, where and from which price stand above the first title."""
    seen = await read(visitor, await everything_filled())
    assert seen.texts("main h2") == [
        "Prendre contact",
        "Pratiques et thématiques",
        "Présentation",
        "Prestations et tarifs",
        "Lieux des séances",
        "Horaires",
        "Formation",
        "Bon à savoir",
        "Informations légales",
    ]
    told = seen.text(".profile__top")
    for words in (
        "Élodie D’AUBIGNÉ",
        "Respirer, dormir, avancer",
        "Lyon",
        "En visio",
        "à partir de",
    ):
        assert words.lower() in told.lower()


async def test_the_opening_hours_are_those_of_the_week(visitor: Visitor) -> None:
    seen = await read(visitor, await everything_filled())
    assert pairs(seen, ".hours") == {
        "Lundi": "Fermé",
        "Mardi": "9 h – 12 h, 14 h – 18 h 30",
        "Mercredi": "Fermé",
        "Jeudi": "Fermé",
        "Vendredi": "8 h 30 – 13 h",
        "Samedi": "Fermé",
        "Dimanche": "Fermé",
    }


async def test_the_practical_side_is_told(visitor: Visitor) -> None:
    seen = await read(visitor, await everything_filled())
    assert pairs(seen, ".knowing") == {
        "Public accueilli": "AdultesEnfants accompagnésEntreprises",
        "Accessibilité": "Partiellement accessible aux personnes à mobilité réduite",
        "Langues": "FrançaisOccitan",
        "Moyens de paiement": "Carte bancaireChèqueBons cadeaux",
        "Conditions d’annulation": "Gratuite jusqu’à 24 h avant.La moitié du prix ensuite.",
    }
    assert seen.texts(".trainings li") == ["2019FormationÉcole d’essai"]


async def test_one_can_call_and_write(visitor: Visitor) -> None:
    """EX-0-3: the platform lists practitioners and puts people in contact with them."""
    seen = await read(visitor, await everything_filled())
    assert seen.attribute(".contact__means a", "href") == "tel:+33199001234"
    assert seen.text(".contact__means a") == "01 99 00 12 34"
    assert seen.has('.contact__means a[href="mailto:essai@exemple.example"]')
    assert seen.has('.callbar a[href="tel:+33199001234"]')
    report = seen.attribute('main a[href*="subject=Signalement"]', "href")
    assert report.startswith(f"mailto:{config.current().operator.report_email}?")


async def test_the_crumbs_lead_back_to_the_first_practice(visitor: Visitor) -> None:
    seen = await read(visitor, await everything_filled())
    assert seen.texts(".crumbs li") == ["Accueil", "Sophrologie", "Élodie d’Aubigné"]
    links = [node.attributes["href"] for node in seen.all(".crumbs a")]
    assert links == ["/", "/pratiques/sophrologie"]


async def test_a_structure_is_shown_under_its_trade_name(visitor: Visitor) -> None:
    seen = await read(visitor, await practitioner(trade_name="L’Atelier du Souffle"))
    assert seen.text("h1") == "L’Atelier du Souffle"
    assert not seen.has("h1 strong")
    assert data(seen)["name"] == "L’Atelier du Souffle"


async def test_a_profile_just_begun_shows_no_empty_block(visitor: Visitor) -> None:
    slug = await practitioner(
        is_complete=False, practices=(), themes=(), places=(), headline="", presentation=""
    )
    person = await id_of(slug)
    async with connection.transaction():
        for table in ("legal_identity", "weekly_opening", "training_shown", "profile"):
            await connection.execute(f"DELETE FROM {table} WHERE practitioner = $1", person)
        await changes.record(person)
    seen = await read(visitor, slug)
    assert seen.text("h1") == "Camille Martin"
    assert seen.all(".profile__block, .contact, .callbar, .profile__headline") == []
    assert NOTICE in seen.text("main")


async def test_what_left_the_catalogue_is_not_shown(visitor: Visitor) -> None:
    slug = await everything_filled()
    async with connection.transaction():
        await connection.execute("UPDATE practice SET is_active = false WHERE slug = 'iridologie'")
        await connection.execute("UPDATE theme SET is_active = false WHERE slug = 'mieux-dormir'")
        await changes.record(None)
    seen = await read(visitor, slug)
    assert seen.texts(".profile__main .tags a") == ["Sophrologie", "Gestion du stress"]
    assert "Iridologie" not in seen.html


# ---- for machines that share and search -----------------------------------------------------------


async def test_the_data_for_search_engines_is_sound(visitor: Visitor) -> None:
    slug = await everything_filled()
    found = data(await read(visitor, slug))
    assert found["@context"] == "https://schema.org"
    assert found["@type"] == "LocalBusiness", "never a medical type"
    assert found["url"] == f"{config.current().public_url}/praticiens/{slug}"
    assert found["name"] == "Élodie d’Aubigné"
    assert found["telephone"] == "+33199001234"
    assert found["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "1 rue des Essais",
        "postalCode": "69003",
        "addressLocality": "Lyon",
        "addressCountry": "FR",
    }
    offers = {offer["itemOffered"]["name"]: offer for offer in found["makesOffer"]}
    assert offers["Séance individuelle"]["price"] == "65.50"
    assert {offer["priceCurrency"] for offer in offers.values()} == {"EUR"}
    assert "Ancienne formule" not in offers


async def test_a_shared_profile_has_a_preview(visitor: Visitor) -> None:
    slug = await everything_filled()
    seen = await read(visitor, slug)
    whole = f"{config.current().public_url}/praticiens/{slug}"
    assert seen.text("title") == "Élodie d’Aubigné – Mon Pro du Bien-Être"
    assert seen.attribute("link[rel=canonical]", "href") == whole
    shared = {
        node.attributes["property"]: node.attributes["content"] or ""
        for node in seen.all("meta[property]")
    }
    assert shared["og:url"] == whole
    assert shared["og:type"] == "profile"
    assert shared["og:title"] == "Élodie d’Aubigné"
    assert shared["og:locale"] == "fr_FR"
    description = seen.attribute("meta[name=description]", "content")
    assert shared["og:description"] == description
    assert description == "Élodie d’Aubigné : Sophrologie, Iridologie. Lyon (69), en visio."
    picture = shared["og:image"].removeprefix(config.current().public_url)
    assert (await visitor.request("GET", picture)).headers["content-type"] == "image/png"
    assert not seen.has('meta[name="robots"]')


@pytest.mark.parametrize(
    ("places", "is_remote", "where"),
    [
        (("93066",), False, "Saint-Denis (93)"),
        (("13001", "69123"), True, "Aix-en-Provence (13), Lyon (69), en visio"),
        ((), True, "En visio"),
    ],
)
async def test_the_preview_writes_places_as_they_are_written(
    visitor: Visitor, places: tuple[str, ...], is_remote: bool, where: str
) -> None:
    seen = await read(visitor, await practitioner(places=places, is_remote=is_remote))
    description = seen.attribute("meta[name=description]", "content")
    assert description == f"Camille Martin : Sophrologie. {where}."


async def test_a_profile_can_be_printed(visitor: Visitor) -> None:
    seen = await read(visitor, await everything_filled())
    assert seen.has("button[data-print][hidden]"), "shown by the script: useless without it"
    sheet = await visitor.request("GET", seen.attribute("link[rel=stylesheet]", "href"))
    assert "@media print" in sheet.html


async def test_a_change_shows_at_the_next_reading(visitor: Visitor) -> None:
    slug = await practitioner()
    before = await read(visitor, slug)
    await edited(slug, first_name="Camillo")
    after = await visitor.get(f"/praticiens/{slug}", If_None_Match=before.headers["etag"])
    assert after.status == 200
    assert after.text("h1") == "Camillo Martin"
