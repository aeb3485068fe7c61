"""Made-up searches and their answers, full and empty, that the templates are rendered with."""

from __future__ import annotations

from typing import Any

from app.rendering.stencils import hole
from app.search import results as r
from app.search.lexicon import cut, marks

NAMES = [
    ("Élodie", "d’Aubigné"), ("Maëlys", "Le Goff"), ("Jean-Baptiste", "N’Diaye"), ("Camille", "Lefèvre"),
    ("Inès", "Benali"), ("Œdile", "Cœurderoy"), ("Thierry", "Vandenbroucke"), ("Soizic", "Kerguélen"),
    ("Nour", "Haddad"), ("Paul", "Roux"), ("Marie-Ange", "Hoarau"), ("Loïc", "de La Rochefoucauld-Montbel"),
]  # fmt: skip
PRACTICES = [
    "Sophrologie", "Naturopathie", "Réflexologie plantaire", "Massage bien-être", "Yoga", "Shiatsu",
    "Hypnose de bien-être", "Fleurs de Bach", "Coaching de vie", "Aromatologie (huiles essentielles)",
]  # fmt: skip
PLACES = [
    "Lyon 3e (69)", "Saint-Étienne (42)", "Brest (29)", "Saint-Denis (974)", "Hyères (83)",
    "L’Haÿ-les-Roses (94)", "Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson (51)", "Nantes (44)",
]  # fmt: skip
HEADLINES = [
    "Retrouver le calme, une respiration après l’autre",
    "Naturopathe, pour remettre du rythme dans vos journées",
    "Accompagner le sommeil des adultes et des adolescents",
    "Massages lents, à l’écoute",
    "",
]


def cards(*numbers: int) -> r.CardList:
    return r.CardList([_card(n) for n in numbers], marks("sophrologie souffle"))


def _card(n: int) -> r.ListedCard:
    first, family = NAMES[n % len(NAMES)]
    is_structure = n % 7 == 5
    face = r.Card(
        slug=f"praticien-{n}",
        url=f"/praticiens/praticien-{n}",
        tier=1 + n // 8,
        name=cut("L’Atelier du Souffle" if is_structure else first),
        family_name=cut("" if is_structure else family),
        is_structure=is_structure,
        headline=cut(HEADLINES[n % len(HEADLINES)]),
        practices=[
            r.Tag(label=cut(label), url="/pratiques/x")
            for label in PRACTICES[n % 5 : n % 5 + 1 + n % 4]
        ],
        places=[cut(PLACES[(n + i) % len(PLACES)]) for i in range(n % 3)],
        is_remote=n % 2 == 0,
        visits_homes=n % 4 == 1,
        from_price_cents=None if n % 9 == 8 else 4500 + 550 * (n % 6),
        portrait=r.Portrait(initials="LS", seed=0 if n % 6 == 3 else 17 + n * 31),
        shows_jupiterre=n % 5 == 2,
        reasons=[hole(r.REASONS)],
    )
    return r.ListedCard(
        face=face,
        drawings={},
        reasons="Répond à votre recherche : « sophrologie » est l’une de ses pratiques.</li><li>"
        "Son profil public est complet : premier groupe.</li><li>"
        "Dans ce groupe, l’ordre est alphabétique.",
    )


def facets() -> list[r.Facet]:
    def value(label: str, count: int, *, is_chosen: bool = False) -> r.FacetValue:
        return r.FacetValue(
            label=label, count=count, href="/praticiens?theme=x", is_chosen=is_chosen
        )

    return [
        r.Facet(
            name="theme",
            title="Thématiques",
            has_choice=True,
            values=[
                value("Gestion du stress", 214, is_chosen=True),
                value("Mieux dormir", 187),
                value("Confiance et estime de soi", 96),
                value("Concentration, mémoire et examens", 41),
                value("Désir d’enfant, grossesse et après", 12),
            ],
            more=[value("Bien-être au travail", 8), value("Bien vieillir", 3)],
        ),
        r.Facet(
            name="pratique",
            title="Pratiques",
            has_choice=False,
            values=[value(label, 90 - 9 * i) for i, label in enumerate(PRACTICES[:5])],
            more=[value(label, 30 - 4 * i) for i, label in enumerate(PRACTICES[5:])],
        ),
        r.Facet(
            name="region",
            title="Régions",
            has_choice=False,
            values=[
                value("Auvergne-Rhône-Alpes", 120),
                value("Provence-Alpes-Côte d’Azur", 88),
                value("La Réunion", 9),
            ],
            more=[],
        ),
        r.Facet(
            name="visio",
            title="Visio",
            has_choice=True,
            values=[value("Séances en visio", 168, is_chosen=True)],
            more=[],
        ),
    ]


STEPS = [
    r.NextStep(label="Chercher dans toute la région Bretagne", url="/praticiens?lieu=region-53"),
    r.NextStep(label="Voir les praticiens en visio", url="/praticiens?visio=1"),
    r.NextStep(label="Parcourir les thématiques", url="/thematiques"),
]
HELP = r.HelpNotice(
    level="emergency",
    title="Si vous ou quelqu’un d’autre êtes en danger, appelez maintenant",
    text="Des personnes formées répondent jour et nuit, gratuitement. La recherche continue ci-dessous.",
    lines=[
        r.HelpLine(label="Prévention du suicide, gratuit, 24 h/24", phone="3114"),
        r.HelpLine(label="Samu", phone="15"),
        r.HelpLine(label="Drogues info service", phone="0 800 23 13 13"),
    ],
)


def results_page(**changes: Any) -> r.ResultsPage:
    values: dict[str, Any] = {
        "form": r.SearchForm(
            q="sophrologie",
            place="Lyon (69)",
            radius_km=20,
            is_remote=True,
            theme="gestion-du-stress",
        ),
        "title": "« sophrologie » · Lyon et 20 km autour · en visio",
        "summary": "214 praticiens, page 2 sur 11",
        "total": 214,
        "first": 21,
        "cards": cards(*range(20)),
        "chips": [
            r.Chip(kind="q", label="« sophrologie »", url="/praticiens?lieu=commune-69123"),
            r.Chip(kind="theme", label="Gestion du stress", url="/praticiens?q=sophrologie"),
            r.Chip(kind="lieu", label="Lyon (69), 20 km", url="/praticiens?q=sophrologie"),
            r.Chip(kind="visio", label="En visio", url="/praticiens?q=sophrologie"),
        ],
        "clear_url": "/praticiens",
        "facets": facets(),
        "pagination": r.Pagination(
            current=2,
            last=11,
            previous_url="/praticiens?q=sophrologie",
            next_url="/praticiens?q=sophrologie&page=3",
            links=[
                r.PageLink(number=n, url=f"/praticiens?page={n}", is_current=n == 2)
                for n in (1, 2, 3, 4, 0, 11)
            ],
        ),
        "messages": [],
        "place_choices": [],
        "help_notice": None,
        "near": None,
        "next_steps": [],
        "announcement": "",
        "failure": "",
        "canonical_url": "http://127.0.0.1:8000/praticiens?q=sophrologie",
        "is_indexable": False,
        "jupiterre_tier": True,
    }
    return r.ResultsPage(**{**values, **changes})


def few_results() -> r.ResultsPage:
    return results_page(
        title="2 praticiens pour « sophrologie » à Brest",
        total=2,
        first=1,
        cards=cards(1, 2),
        pagination=None,
        messages=[
            "« rayon » ne s’applique qu’autour d’une commune : il n’a pas été pris en compte."
        ],
        near=r.NearMatches(
            title="Autres praticiens (ne répondent pas à tous vos critères)",
            explanation="Ils proposent la sophrologie, mais plus loin ou sans visio.",
            cards=cards(3, 4),
            more_url="/praticiens?q=sophrologie",
        ),
    )


def no_result() -> r.ResultsPage:
    return results_page(
        title="Aucun praticien pour « plongée sous-marine »",
        total=0,
        first=0,
        cards=r.CardList(),
        facets=[],
        pagination=None,
        next_steps=STEPS,
    )


def unknown_place() -> r.ResultsPage:
    return results_page(
        title="Quel lieu cherchez-vous ?",
        total=0,
        cards=r.CardList(),
        facets=[],
        pagination=None,
        help_notice=HELP,
        place_choices=[
            r.PlaceChoice(
                label="Saint-Denis", detail="La Réunion (974)", url="/praticiens?lieu=commune-97411"
            ),
            r.PlaceChoice(
                label="Saint-Denis",
                detail="Seine-Saint-Denis (93)",
                url="/praticiens?lieu=commune-93066",
            ),
        ],
    )


def failure() -> r.ResultsPage:
    return results_page(
        title="La recherche est momentanément indisponible",
        total=0,
        cards=r.CardList(),
        facets=[],
        chips=[],
        pagination=None,
        next_steps=STEPS,
        failure="La recherche ne répond pas pour le moment. Réessayez dans quelques instants.",
    )


def all_results() -> dict[str, r.ResultsPage]:
    return {
        "results": results_page(),
        "few": few_results(),
        "none": no_result(),
        "place": unknown_place(),
        "failure": failure(),
    }


SUGGESTIONS = [
    r.SuggestionGroup(
        title="Pratiques",
        suggestions=[
            r.Suggestion(
                label="Sophrologie",
                detail="90 praticiens",
                url="/pratiques/sophrologie",
                value="sophrologie",
            )
        ],
    ),
    r.SuggestionGroup(
        title="Praticiens",
        suggestions=[
            r.Suggestion(
                label="Sophie Aubin", detail="Brest (29)", url="/praticiens/sophie-aubin", value=""
            ),
            r.Suggestion(
                label="Sophie Marteau", detail="", url="/praticiens/sophie-marteau", value=""
            ),
        ],
    ),
]
PLACE_SUGGESTIONS = [
    r.Suggestion(label="Lyon", detail="Rhône (69)", url="", value="Lyon (69)"),
    r.Suggestion(label="Lyons-la-Forêt", detail="Eure (27)", url="", value="Lyons-la-Forêt (27)"),
]
