"""Who is told what of a dossier: its practitioner (E27, E28, E29), and the administrators (E39)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.accounts import administrators
from app.database import connection
from app.directory import completeness, own_page
from app.directory.names import name_in
from app.listing import life
from app.listing.tables import DossierItem
from app.post import outbox


async def tell(kind: str, practitioner: int, now: datetime, **values: Any) -> None:
    """Mail the account that holds the listing, in the current transaction; nobody when none does."""
    found = await connection.row(
        "SELECT a.id, a.email FROM practitioner p JOIN account a ON a.id = p.account WHERE p.id = $1",
        practitioner,
    )
    if found is not None and found["email"] is not None:
        await outbox.send(kind, to=found["email"], account=found["id"], now=now, **values)


async def is_first(
    practitioner: int, item: DossierItem, ends_on: date, days_before: int, now: datetime
) -> bool:
    """Take a reminder, in the current transaction, or leave it to whoever took it: the database counts it once."""
    taken = await connection.row(
        "INSERT INTO expiry_reminder (practitioner, item, ends_on, days_before, sent_at)"
        " VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (practitioner, item, ends_on, days_before) DO NOTHING RETURNING id",
        practitioner,
        item.value,
        ends_on,
        days_before,
        now,
    )
    return taken is not None


async def alert_admins(words: str, practitioner: int, now: datetime) -> None:
    """`words`, whose it is, and the link to the dossier, to each administrator (E39)."""
    told = f"{words} : {await name_of(practitioner)}"
    await administrators.alert(told, f"/admin/dossiers/{practitioner}", now=now)


async def completeness_changed(practitioner: int, *, now: datetime) -> None:
    """Mail whoever gained or lost a complete profile (E29); nobody when it is back as it was, or not public."""
    async with connection.transaction():
        is_complete = await completeness.to_tell(practitioner)
        if is_complete is None or not (await life.standing_of(practitioner)).is_public(now):
            return
        if is_complete:
            await tell("profile_complete", practitioner, now, path=await page_of(practitioner))
            return
        missing = (await own_page.progress_of(practitioner)).missing
        links = [(one.sentence, one.url) for one in missing]
        await tell("profile_incomplete", practitioner, now, links=links)


async def name_of(practitioner: int) -> str:
    found = await connection.row(
        "SELECT first_name, last_name, trade_name, is_structure FROM practitioner WHERE id = $1",
        practitioner,
    )
    return name_in(found) if found else ""


async def page_of(practitioner: int) -> str:
    """The address of the public page."""
    found = await connection.row("SELECT slug FROM practitioner WHERE id = $1", practitioner)
    return f"/praticiens/{found['slug']}" if found else "/"
