"""The photograph or logo of a profile: given by the practitioner, drawn again by `pictures`, or drawn from a seed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.database import connection
from app.directory.editing import edit
from app.errors import NotFound
from app.storage import files, pictures
from app.storage.files import Incoming
from app.storage.pictures import Crop
from app.web.people import SignedIn

LIMIT_BYTES = 5_000_000
_FILE = "file:"


def file_of(portrait: str) -> str:
    """The id of the stored file behind a profile's `portrait`, or nothing: it has none, or a drawn one."""
    return portrait.removeprefix(_FILE) if portrait.startswith(_FILE) else ""


async def portrait_of(practitioner: int) -> str:
    """What the profile stores: nothing, « drawn:… » or « file:… »."""
    found = await connection.row(
        "SELECT portrait FROM profile WHERE practitioner = $1", practitioner
    )
    return found["portrait"] if found else ""


async def check_shown(file: UUID, who: SignedIn | None, *, now: datetime) -> None:
    """Raise `NotFound` when the photograph is not for `who`: everybody while its practitioner is listed, by the
    dates (decision 9); otherwise its practitioner and the administrators."""
    found = await connection.row(
        "SELECT p.id, p.listing_state = 'listed'"
        " AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $2) AS is_public"
        " FROM stored_file f JOIN practitioner p ON p.account = f.owner WHERE f.id = $1",
        file,
        now,
    )
    if found is None:
        raise NotFound
    if found["is_public"]:
        return
    is_at_the_desk = who is not None and who.is_admin and who.has_second_factor
    if not is_at_the_desk and (who is None or who.practitioner != found["id"]):
        raise NotFound


async def give(practitioner: int, incoming: Incoming, crop: Crop, *, now: datetime) -> None:
    """Show this photograph from now on; the one before can be read no more.

    Raises what `pictures.draw` refuses.
    """
    await pictures.draw(incoming, crop)
    async with edit(practitioner, now=now):
        stored = await incoming.keep(now=now)
        await _replace(practitioner, f"{_FILE}{stored.id}")


async def take_off(practitioner: int, *, now: datetime) -> None:
    """Show the initials instead. A profile without a photograph is not complete."""
    async with edit(practitioner, now=now):
        await _replace(practitioner, "")


async def _replace(practitioner: int, portrait: str) -> None:
    former = file_of(await portrait_of(practitioner))
    await connection.execute(
        "UPDATE profile SET portrait = $2 WHERE practitioner = $1", practitioner, portrait
    )
    if former:
        await files.drop(UUID(former))
