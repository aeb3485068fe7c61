"""The pages a stranger may come upon."""

from __future__ import annotations

MAIN = (
    "/",
    "/praticiens",
    "/praticiens?q=quatremer&visio=1&theme=gestion-du-stress",
    "/praticiens?q=zzzqqq&lieu=Lyon&rayon=20",
    "/praticiens?lieu=Saint-Denis",
    "/praticiens?q=suicide",
    "/praticiens/zelie-quatremer",
    "/thematiques/gestion-du-stress",
    "/classement",
)
"""One of each make."""

ALL = {
    "search": MAIN[1:6],
    "doors": (
        MAIN[0],
        *MAIN[6:8],
        "/thematiques",
        "/pratiques",
        "/pratiques/sophrologie",
        "/pratiques/sophrologie/lyon",
        "/nulle-part",
    ),
    "texts": (
        MAIN[8],
        "/precautions",
        "/mentions-legales",
        "/conditions-utilisation",
        "/politique-de-protection-des-donnees",
        "/cookies",
        "/accessibilite",
        "/licences",
        "/plan-du-site",
    ),
}
