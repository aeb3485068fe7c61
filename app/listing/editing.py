"""One edit of an item of the dossier: nobody overwritten, the gate run again, the administrators told (EX-3.1-12)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from app.database import connection
from app.directory import editing
from app.directory.editing import Overtaken
from app.directory.tables import ListingState
from app.errors import Refused
from app.listing import dossiers, gate, legal_identity, life, noting
from app.listing.gate import Missing
from app.listing.tables import DossierItem
from app.rendering.moments import day_of

REQUIRED = "Ce champ est obligatoire."

_CONTENTS = {
    DossierItem.IDENTITY: "SELECT (legal_name, legal_form, capital_cents, is_micro_enterprise,"
    " has_variable_capital, street, postal_code, city, phone, email) FROM legal_identity",
    DossierItem.SIRET: "SELECT (siret, registration, registration_city) FROM legal_identity",
    DossierItem.VAT: "SELECT (is_vat_told, is_vat_registered, vat_number) FROM legal_identity",
    DossierItem.MEDIATOR: "SELECT to_jsonb(m) FROM mediator m",
    DossierItem.INSURANCE: "SELECT jsonb_agg(to_jsonb(i) - 'is_awaited' ORDER BY id) FROM insurance i",
    DossierItem.CERTIFICATES: "SELECT jsonb_agg(to_jsonb(t) - 'is_awaited' || jsonb_build_object('practices',"
    " ARRAY(SELECT practice FROM certificate_coverage WHERE certificate = t.id ORDER BY practice)) ORDER BY id)"
    " FROM training_certificate t",
}
"""What the form of each item shows: another window that changed anything else does no harm."""


class StillNeeded(Refused):
    """The edit would leave somebody listed without what the terms ask (§ 3.1)."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        words = " ; ".join(one.words for one in missing)
        super().__init__(
            f"Votre page est en ligne et il lui manquerait : {words}. Rien n’a été changé."
        )
        self.missing = tuple(missing)


async def mark_of(practitioner: int, item: DossierItem) -> str:
    """The mark of what the item holds now."""
    return await editing.marked(f"{_CONTENTS[item]} WHERE practitioner = $1", practitioner)


@asynccontextmanager
async def edit(
    practitioner: int,
    item: DossierItem,
    *,
    seen: str | None,
    by: UUID,
    now: datetime,
    action: str,
) -> AsyncIterator[None]:
    """The transaction of one edit of `item`, by who saw it as `seen` (its mark; None: nothing to overwrite).

    At its end the two criteria of this room, the gate, the dossier and the evidence follow. Raises `Overtaken`,
    `StillNeeded` when somebody listed would lack the item, `life.NoSuchPractitioner`.
    """
    async with editing.edit(practitioner, now=now):
        if seen is not None and await mark_of(practitioner, item) != seen:
            raise Overtaken
        async with gated(practitioner, item, now=now):
            yield
            await legal_identity.write_criteria(practitioner, today=day_of(now))
        await dossiers.changed(practitioner, item, now=now)
        await noting.note("dossier.modifie", practitioner, by=by, ligne=item.value, action=action)


@asynccontextmanager
async def gated(practitioner: int, item: DossierItem, *, now: datetime) -> AsyncIterator[None]:
    """A transaction after which nobody listed lacks more of `item` than before (EX-3.1-12), or `StillNeeded`."""
    async with connection.transaction():
        is_listed = (await life.locked(practitioner)).state is ListingState.LISTED
        before = await gate.missing_of(practitioner, item, now) if is_listed else []
        yield
        if is_listed:
            known = {one.words for one in before}
            after = await gate.missing_of(practitioner, item, now)
            if fresh := [one for one in after if one.words not in known]:
                raise StillNeeded(fresh)


def text(value: str, least: int, most: int) -> str:
    """What is wrong with a text of one line, or nothing."""
    if not value:
        return REQUIRED
    if len(value) < least:
        return f"Au moins {least} caractères."
    return f"Pas plus de {most} caractères." if len(value) > most else ""
