"""The pages judged: one of each kind, on the demonstration data."""

from __future__ import annotations

from app.database import connection
from benchmarks import data

FIXED = {
    "accueil": "/",
    "résultats": "/praticiens",
    "résultats par mots": "/praticiens?q=stress",
    "résultats filtrés": "/praticiens?theme=gestion-du-stress&lieu=Lyon&rayon=30&visio=1",
    "recherche sensible": "/praticiens?q=d%C3%A9pression",
    "aucun résultat": "/praticiens?q=xyzxyzxyz&lieu=Lyon",
    "lieu à préciser": "/praticiens?lieu=Saint-Denis",
    "thématiques": "/thematiques",
    "pratiques": "/pratiques",
    "classement": "/classement",
    "mentions légales": "/mentions-legales",
    "accessibilité": "/accessibilite",
    "plan du site": "/plan-du-site",
    "page absente": "/rien",
}
_OTHERS = """
SELECT
  (SELECT slug FROM practitioner WHERE listing_state = 'listed' AND is_complete AND NOT is_structure
    ORDER BY id LIMIT 1) AS complete,
  (SELECT slug FROM practitioner WHERE listing_state = 'listed' AND NOT is_complete AND listing_ends_at IS NULL
    ORDER BY id LIMIT 1) AS incomplete,
  (SELECT slug FROM theme ORDER BY position, id LIMIT 1) AS theme,
  (SELECT slug FROM practice ORDER BY position, id LIMIT 1) AS practice,
  (SELECT c.slug FROM practice_place l JOIN commune c ON c.code = l.commune JOIN practice_offered o
    ON o.practitioner = l.practitioner JOIN practice p ON p.id = o.practice
    WHERE p.slug = (SELECT slug FROM practice ORDER BY position, id LIMIT 1)
    GROUP BY c.slug ORDER BY count(*) DESC, c.slug LIMIT 1) AS place
"""
# Of the results, the page that search engines are let in: a mark for those they are kept out of would say nothing.
JUDGED_BY_LIGHTHOUSE = ("accueil", "résultats", "fiche")


async def addresses() -> dict[str, str]:
    """A name and a path for each kind of page."""
    await data.open_pool()
    try:
        found = await connection.row(_OTHERS)
    finally:
        await connection.close_pool()
    if found is None or found["complete"] is None:
        raise LookupError("the demonstration data are missing")
    return FIXED | {
        "fiche": f"/praticiens/{found['complete']}",
        "fiche incomplète": f"/praticiens/{found['incomplete']}",
        "thématique": f"/thematiques/{found['theme']}",
        "pratique": f"/pratiques/{found['practice']}",
        "pratique et lieu": f"/pratiques/{found['practice']}/{found['place']}",
    }
