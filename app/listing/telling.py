"""Who is told what of a dossier: its practitioner (E27, E28), and the administrators (E39)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.accounts import administrators
from app.database import connection
from app.directory import completeness
from app.directory.names import name_in
from app.listing import noting
from app.post import outbox


async def tell(kind: str, practitioner: int, now: datetime, **values: Any) -> None:
    """Mail the account that holds the listing, in the current transaction; nobody when none does."""
    found = await connection.row(
        "SELECT a.id, a.email FROM practitioner p JOIN account a ON a.id = p.account WHERE p.id = $1",
        practitioner,
    )
    if found is not None and found["email"] is not None:
        await outbox.send(kind, to=found["email"], account=found["id"], now=now, **values)


async def alert_admins(words: str, practitioner: int, now: datetime) -> None:
    """`words`, whose it is, and the link to the dossier, to each administrator (E39)."""
    told = f"{words} : {await name_of(practitioner)}"
    await administrators.alert(told, f"/admin/dossiers/{practitioner}", now=now)


async def completeness_changed(
    practitioner: int, *, is_complete: bool, is_mailed: bool = True, now: datetime
) -> None:
    """A profile became complete, or is no longer (E29): evidence, and a mail, in the current transaction."""
    missing = await completeness.missing_of(practitioner)
    await noting.note(
        "profil.complet_change", practitioner, by=None, complet=is_complete, manquants=len(missing)
    )
    if not is_mailed:
        return
    if is_complete:
        await tell("profile_complete", practitioner, now, path=await page_of(practitioner))
    else:
        links = [(sentence, "/espace") for sentence in missing]
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
