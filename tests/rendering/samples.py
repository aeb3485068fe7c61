"""Made-up pages, full and empty, that the templates are rendered with."""

from __future__ import annotations

from typing import Any

import msgspec

from app import config
from app.directory import showing
from app.pages import views
from app.search import results as r
from tests.rendering.search_samples import PRACTICES, STEPS, all_results, cards

LEGAL = views.LegalShown(
    legal_name="Élodie d’Aubigné EI",
    legal_form="Entrepreneur individuel (micro-entreprise)",
    capital_cents=None,
    siret="732 829 320 00074",
    registration="RNE 732 829 320",
    vat_text="TVA non applicable, art. 293 B du CGI",
    address="12 rue des Trois-Maries, 69005 Lyon",
    phone="06 12 34 56 78",
    phone_uri="tel:+33612345678",
    email="elodie.daubigne@example.org",
    insurer="Mutuelle des Praticiens",
    insurer_contact="3 place du Marché, 75004 Paris",
    insurance_coverage="France",
    mediator_name="Médiation Bien-Vivre",
    mediator_address="8 avenue des Tilleuls, 33000 Bordeaux",
    mediator_website="https://mediation.example.org",
)
_VISITS = "Séances à partir de quinze ans ; un parent reste présent pour les mineurs."


def profile() -> views.ProfilePage:
    return views.ProfilePage(
        slug="elodie-d-aubigne",
        url="http://127.0.0.1:8000/praticiens/elodie-d-aubigne",
        first_name="Élodie",
        family_name="d’Aubigné",
        trade_name="",
        is_structure=False,
        display_name="Élodie d’Aubigné",
        headline="Retrouver le calme, une respiration après l’autre",
        portrait=r.Portrait(initials="ÉA", seed=48),
        tier=1,
        shows_jupiterre=True,
        practices=[
            views.PracticeShown(
                label="Sophrologie", url="/pratiques/sophrologie", needs_vigilance=False
            ),
            views.PracticeShown(
                label="Iridologie", url="/pratiques/iridologie", needs_vigilance=True
            ),
        ],
        themes=[
            views.LinkShown(label="Gestion du stress", url="/thematiques/gestion-du-stress"),
            views.LinkShown(label="Mieux dormir", url="/thematiques/mieux-dormir"),
        ],
        has_vigilance=True,
        presentation=[
            (
                "Je reçois dans une petite maison de la colline, au calme, avec vue sur les toits. "
                "Après quinze ans dans la coordination de projets, j’ai appris la sophrologie pour moi, "
                "puis pour les autres."
            ),
            (
                "Nous commençons toujours par parler : ce que vous vivez, ce que vous attendez. "
                "Les séances suivantes sont faites d’exercices courts, que vous pourrez refaire seul."
            ),
            _VISITS,
        ],
        services=[
            showing.ServiceShown(
                label="Première séance de sophrologie",
                description="Un temps d’échange, puis une première pratique guidée, assise ou allongée.",
                duration_minutes=75,
                price_cents=6500,
                modes=["En cabinet", "En visio"],
                payment_text="Paiement sur place.",
            ),
            showing.ServiceShown(
                label="Appel découverte",
                description="",
                duration_minutes=20,
                price_cents=0,
                modes=["Par téléphone"],
                payment_text="",
            ),
        ],
        from_price_cents=6500,
        is_remote=True,
        visits_homes=True,
        places=[
            showing.PlaceShown(
                title="Cabinet de la Colline",
                street="12 rue des Trois-Maries",
                postal_code="69005",
                town="Lyon",
                city_line="69005 Lyon 5e",
                commune_label="Lyon 5e (69)",
                commune_url="/praticiens?lieu=commune-69385",
                access_notes="Métro Vieux-Lyon, deuxième étage sans ascenseur.",
                is_home_area=False,
                radius_km=0,
            ),
            showing.PlaceShown(
                title="À domicile",
                street="",
                postal_code="",
                town="Lyon",
                city_line="autour de Lyon",
                commune_label="Lyon (69)",
                commune_url="/praticiens?lieu=commune-69123",
                access_notes="",
                is_home_area=True,
                radius_km=15,
            ),
        ],
        opening_days=[
            views.OpeningDay(day="Lundi", ranges=[]),
            views.OpeningDay(day="Mardi", ranges=["9 h – 12 h 30", "14 h – 19 h"]),
            views.OpeningDay(day="Mercredi", ranges=["9 h – 12 h 30"]),
        ],
        trainings=[
            showing.TrainingShown(
                title="Sophrologue", body="École de sophrologie de Lyon", year=2016
            ),
            showing.TrainingShown(title="Gestion du sommeil", body="Institut du Repos", year=2019),
        ],
        audience=["Adultes", "Adolescents", "Femmes enceintes"],
        access="Partiellement accessible aux personnes à mobilité réduite",
        languages=["Français", "Italien"],
        cancellation_terms=["Annulation gratuite jusqu’à 48 h avant la séance."],
        payment_methods=["Carte bancaire", "Espèces"],
        legal=LEGAL,
        crumbs=[
            views.Crumb(label="Accueil", url="/"),
            views.Crumb(label="Sophrologie", url="/pratiques/sophrologie"),
            views.Crumb(label="Élodie d’Aubigné", url=""),
        ],
        structured_data='{"@context":"https://schema.org","@type":"Person","name":"</script><b>"}',
        description="Élodie d’Aubigné, sophrologie à Lyon et en visio.",
    )


def bare_profile() -> views.ProfilePage:
    """Someone who has filled in almost nothing."""
    return msgspec.structs.replace(
        profile(),
        is_structure=True,
        trade_name="L’Atelier du Souffle",
        display_name="L’Atelier du Souffle",
        headline="",
        portrait=r.Portrait(initials="AS"),
        shows_jupiterre=False,
        practices=[],
        themes=[],
        has_vigilance=False,
        presentation=[],
        services=[],
        from_price_cents=None,
        is_remote=False,
        visits_homes=False,
        places=[],
        opening_days=[],
        trainings=[],
        audience=[],
        access="",
        languages=[],
        cancellation_terms=[],
        payment_methods=[],
        legal=None,
    )


THEMES = [
    views.ThemeTile(
        slug=slug, label=label, tagline=tagline, url=f"/thematiques/{slug}", count=count
    )
    for slug, label, tagline, count in (
        (
            "gestion-du-stress",
            "Gestion du stress",
            "Retrouver du calme face à la pression du quotidien",
            214,
        ),
        ("mieux-dormir", "Mieux dormir", "Préparer ses nuits et retrouver un rythme", 187),
        (
            "manger-mieux",
            "Manger mieux",
            "Des habitudes alimentaires plus simples et plus saines",
            96,
        ),
        ("arreter-le-tabac", "Arrêter le tabac", "Être accompagné dans sa décision d’arrêter", 41),
        ("massages", "Massages et détente du corps", "Un temps de relaxation par le toucher", 260),
        ("emotions", "Apaiser ses émotions", "Accueillir ce que l’on ressent", 143),
        ("dos-et-tensions", "Dos, nuque et tensions", "Relâcher les tensions physiques", 1),
        ("une-thematique-nouvelle", "Une thématique sans dessin", "Ajoutée plus tard", 0),
    )
]
TILES = [
    views.PracticeTile(
        label=label,
        family="Hygiène de vie",
        definition="Longs mouvements lents et enveloppants, à l’huile tiède.",
        url="/pratiques/x",
        count=1234 - 111 * i,
        needs_vigilance=i == 2,
    )
    for i, label in enumerate(PRACTICES)
]
FAMILIES = [("Hygiène de vie", TILES[:5]), ("Énergétique et traditions", TILES[5:])]
CITIES = [
    views.LinkShown(label=label, url="/praticiens?lieu=x")
    for label in (
        "Paris",
        "Lyon",
        "Marseille",
        "Toulouse",
        "Nantes",
        "Bordeaux",
        "Lille",
        "Saint-Denis (974)",
    )
]


def home() -> views.HomePage:
    return views.HomePage(
        themes=THEMES, practices=TILES, listed_count=1234, remote_count=612, cities=CITIES
    )


def landing(**changes: Any) -> views.LandingPage:
    values: dict[str, Any] = {
        "title": "Sophrologie à Lyon",
        "kicker": "Pratique",
        "introduction": "Relaxation dynamique : respiration, relâchement musculaire et évocations.",
        "needs_vigilance": True,
        "is_practice": True,
        "total": 1234,
        "cards": cards(*range(6)),
        "all_url": "/praticiens?pratique=sophrologie",
        "next_steps": [],
        "related_title": "Thématiques liées",
        "related": [views.LinkShown(label="Mieux dormir", url="/thematiques/mieux-dormir")],
        "places_title": "Dans les grandes villes",
        "places": CITIES,
        "price_text": "La plupart des séances coûtent entre 45 € et 80 €.",
        "crumbs": [
            views.Crumb(label="Accueil", url="/"),
            views.Crumb(label="Pratiques", url="/pratiques"),
            views.Crumb(label="Sophrologie", url=""),
        ],
        "canonical_url": "http://127.0.0.1:8000/pratiques/sophrologie",
        "is_indexable": True,
        "description": "Les praticiens en sophrologie.",
        "structured_data": "{}",
    }
    return views.LandingPage(**{**values, **changes})


EVERY_PAGE: dict[str, Any] = {
    "page_title": "Titre de la page",
    "description": "Une description.",
    "canonical_url": "http://127.0.0.1:8000/",
    "is_indexable": True,
    "operator": config.Operator(),
    "year": 2026,
}
ERROR: dict[str, Any] = {
    "status": 404,
    "title": "Cette page n’existe pas",
    "message": "Le lien est peut-être ancien, ou l’adresse mal recopiée.",
    "request_id": "a1b2c3d4",
    "steps": STEPS,
}


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every page, under a name: its template and its context."""
    shown: dict[str, tuple[str, dict[str, Any]]] = {
        "home": ("pages/home.html", {"home": home(), "form": r.SearchForm()}),
        "profile": ("pages/profile.html", {"profile": profile()}),
        "bare-profile": ("pages/profile.html", {"profile": bare_profile()}),
        "themes": ("pages/themes.html", {"themes": THEMES}),
        "practices": ("pages/practices.html", {"families": FAMILIES}),
        "practice": ("pages/landing.html", {"landing": landing()}),
        "theme": (
            "pages/landing.html",
            {
                "landing": landing(
                    is_practice=False,
                    needs_vigilance=False,
                    cards=cards(),
                    total=0,
                    price_text="",
                    places=[],
                )
            },
        ),
        "site-map": (
            "pages/site_map.html",
            {"themes": THEMES, "families": FAMILIES, "texts": [("/cookies", "Cookies")]},
        ),
        "error": ("errors/error.html", ERROR),
    }
    for name, page in all_results().items():
        shown[name] = ("search/results.html", {"page": page})
    return {name: (template, EVERY_PAGE | context) for name, (template, context) in shown.items()}
