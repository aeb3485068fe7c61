"""The first page of the practitioner's space: what to do next, from what the rooms below say (terms § 3.1, § 3.2)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.directory import own_page, profiles
from app.directory.names import displayed_name
from app.directory.own_page import Progress
from app.directory.tables import ListingState, Practitioner
from app.listing import dossiers, expiry, gate, life, showing
from app.listing.dossiers import Held
from app.listing.items import BY_KEY
from app.rendering.moments import day_of
from app.space.views import Attention


class Home(msgspec.Struct, frozen=True):
    """`state` in words, explained by `sentence`; `public_url` is empty while the page is not public."""

    name: str
    state: str
    sentence: str
    public_url: str
    progress: Progress
    attentions: list[Attention]


async def shown(practitioner: int, now: datetime) -> Home:
    """Raises `life.NoSuchPractitioner` (404)."""
    standing, held = await life.standing_of(practitioner), await dossiers.dossier_of(practitioner)
    named = await Practitioner.objects().get(Practitioner.id == practitioner)
    if named is None:
        raise life.NoSuchPractitioner
    state = standing.state_at(now)
    return Home(
        name=displayed_name(
            first_name=named.first_name,
            last_name=named.last_name,
            trade_name=named.trade_name,
            is_structure=named.is_structure,
        ),
        state=showing.words_of(state, held),
        sentence="Votre page n’est pas encore visible."
        if showing.is_sent_back(state, held)
        else life.EXPLAINED[state],
        public_url=f"/praticiens/{named.slug}" if state is ListingState.LISTED else "",
        progress=await own_page.progress_of(practitioner),
        attentions=[
            *await _of_dossier(practitioner, held, state, now),
            *await _ending(practitioner, now),
            *await _remote(practitioner),
        ],
    )


async def _of_dossier(
    practitioner: int, held: Held, state: ListingState, now: datetime
) -> list[Attention]:
    """What the dossier waits for from the practitioner, and what it waits for from the platform."""
    if held.waits_for_practitioner:
        text = "La plateforme a regardé votre dossier : des lignes sont à corriger."
        return [Attention("Votre dossier est à corriger", text, "/espace/dossier", "Corriger")]
    if ListingState.SUBMITTED not in life.MAY_BECOME[state]:
        return []
    missing = await gate.missing(practitioner, now)
    if not missing:
        text = "Rien n’y manque : vous pouvez le déposer."
        return [Attention("Votre dossier est prêt", text, "/espace/dossier", "Le déposer")]
    first = missing[0]
    count = f"Il y manque encore {len(missing)} élément{'s' if len(missing) > 1 else ''}."
    text = f"{count} Le premier : {first.words[0].lower()}{first.words[1:]}."
    return [Attention("Complétez votre dossier", text, first.url, "Continuer")]


async def _ending(practitioner: int, now: datetime) -> list[Attention]:
    """What has ended or ends within thirty days, the soonest first."""
    today = day_of(now)
    return [
        Attention(
            f"{BY_KEY[one.item].title} : {_when(one.days_left(today))}",
            "Remettez la nouvelle attestation pour que votre page reste à jour.",
            BY_KEY[one.item].url,
            "Mettre à jour",
        )
        for one in await expiry.pressing(now, practitioner)
    ]


async def _remote(practitioner: int) -> list[Attention]:
    if not await profiles.lacks_remote_link(practitioner):
        return []
    text = (
        "Vous en proposez, et vos clients ne sauraient pas où aller. Ce lien n’est jamais public."
    )
    url = "/espace/profil/visio#bloc-visio"
    return [Attention("Donnez le lien de vos séances en visio", text, url, "Le donner")]


def _when(days: int) -> str:
    if days < 0:
        return "échéance passée"
    if days == 0:
        return "dernier jour"
    return f"encore {days} jour{'s' if days > 1 else ''}"
