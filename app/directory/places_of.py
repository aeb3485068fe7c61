"""Where a practitioner works: addresses of practice, and areas served at people's homes."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from app.database import connection
from app.directory import editing, lines
from app.directory.editing import Errors, Kind, NoSuchLine, refuse
from app.directory.place_names import Place
from app.directory.places import WIDEST_KM, PlaceBook
from app.directory.profiles import too_long
from app.directory.tables import PlaceKind

LONGEST_LABEL = 80
LONGEST_STREET = 160
LONGEST_NOTES = 500
# Corsica is 20… for the post; « 2A » and « 2B » are only in the codes of INSEE.
POSTAL_CODE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-8])[0-9]{3}")


class PlaceWritten(msgspec.Struct, frozen=True):
    """A place as written in its form: the commune and the kilometres as typed."""

    kind: PlaceKind = PlaceKind.PRACTICE
    label: str = ""
    street: str = ""
    postal_code: str = ""
    commune: str = ""
    radius: str = ""
    access_notes: str = ""


class _Facts(msgspec.Struct, frozen=True):
    commune: str
    postal_code: str
    radius_km: int


async def place_of(practitioner: int, line: int, book: PlaceBook) -> PlaceWritten:
    """Raises `NoSuchLine` (404)."""
    found = await connection.row(
        "SELECT * FROM practice_place WHERE id = $1 AND practitioner = $2", line, practitioner
    )
    if found is None:
        raise NoSuchLine
    return PlaceWritten(
        kind=PlaceKind(found["kind"]),
        label=found["label"],
        street=found["street"],
        postal_code=found["postal_code"],
        commune=book.commune_at(book.position_of[found["commune"]]).label,
        radius=str(found["radius_km"] or ""),
        access_notes=found["access_notes"],
    )


async def add(
    practitioner: int, written: PlaceWritten, *, book: PlaceBook, key: str, now: datetime
) -> int:
    """Add a place at the end; answers its id. Raises `Refusals` or `TooManyLines`."""
    facts = await _checked(written, book)
    async with editing.edit(practitioner, now=now):
        line, position, is_there = await lines.place_for(practitioner, Kind.PLACE, key, now=now)
        if not is_there:
            await connection.execute(
                "INSERT INTO practice_place (id, practitioner, position, kind, label, street,"
                " postal_code, commune, radius_km, access_notes)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                line,
                practitioner,
                position,
                written.kind.value,
                *_columns(written, facts),
            )
    return line


async def change(
    practitioner: int,
    line: int,
    written: PlaceWritten,
    *,
    book: PlaceBook,
    seen: str,
    now: datetime,
) -> None:
    """An address stays an address, an area an area. Raises `Refusals`, `Overtaken`, `TakenOff`, `NoSuchLine`."""
    facts = await _checked(written, book)
    async with lines.edit_line(practitioner, Kind.PLACE, line, seen=seen, now=now):
        await connection.execute(
            "UPDATE practice_place SET label = $3, street = $4, postal_code = $5, commune = $6,"
            " radius_km = $7, access_notes = $8 WHERE id = $1 AND practitioner = $2",
            line,
            practitioner,
            *_columns(written, facts),
        )


async def kind_of(practitioner: int, line: int) -> PlaceKind:
    """An address or an area, also of one just taken off. Raises `NoSuchLine` (404)."""
    found = await connection.row(
        "SELECT kind FROM practice_place WHERE id = $1 AND practitioner = $2"
        " UNION ALL SELECT content::jsonb ->> 'kind' FROM removal"
        " WHERE kind = 'practice_place' AND line = $1 AND practitioner = $2",
        line,
        practitioner,
    )
    if found is None:
        raise NoSuchLine
    return PlaceKind(found["kind"])


def _columns(written: PlaceWritten, facts: _Facts) -> tuple[object, ...]:
    is_area = written.kind is PlaceKind.HOME_AREA
    return (
        written.label,
        "" if is_area else written.street,
        "" if is_area else facts.postal_code,
        facts.commune,
        facts.radius_km if is_area else 0,
        written.access_notes,
    )


async def _checked(written: PlaceWritten, book: PlaceBook) -> _Facts:
    """Raises `Refusals`."""
    is_area = written.kind is PlaceKind.HOME_AREA
    commune, sentence = _commune(written.commune, book)
    errors: Errors = {
        "nom_du_lieu": too_long(written.label, LONGEST_LABEL),
        "lieu": sentence,
        "acces": too_long(written.access_notes, LONGEST_NOTES),
    }
    radius, postal_code = 0, ""
    if is_area:
        radius = int(written.radius) if re.fullmatch(r"[0-9]{1,3}", written.radius) else 0
        is_right = 1 <= radius <= WIDEST_KM
        errors["rayon"] = "" if is_right else f"Une distance en kilomètres, de 1 à {WIDEST_KM}."
    else:
        errors["rue"] = too_long(written.street, LONGEST_STREET)
        if not written.street:
            errors["rue"] = "Indiquez le numéro et la rue."
        postal_code, errors["code_postal"] = await _postal_code(written.postal_code, commune)
    refuse(errors)
    return _Facts(commune.code if commune else "", postal_code, radius)


def _commune(typed: str, book: PlaceBook) -> tuple[Place | None, str]:
    """The one commune meant, or why it cannot be told."""
    if not typed:
        return None, "Indiquez la commune."
    meant = book.resolve(typed)
    place = meant.place
    if place is not None and place.kind in ("homonyms", "postal"):
        communes = [book.commune_at(position) for position in place.communes]
        if len(communes) == 1:
            return communes[0], ""
        names = ", ".join(each.label for each in communes[:4])
        return None, f"Plusieurs communes répondent à ce nom : précisez laquelle ({names}…)."
    if place is None or place.kind != "commune":
        return None, "Nous ne trouvons pas cette commune : choisissez-la dans la liste."
    if meant.is_corrected:
        return None, f"Voulez-vous dire {place.label} ? Choisissez la commune dans la liste."
    return place, ""


async def _postal_code(typed: str, commune: Place | None) -> tuple[str, str]:
    """The postal code of an address, which the commune alone may tell; or what is wrong with it."""
    bare = typed.replace(" ", "")
    if commune is None:
        return bare, ""
    found = await connection.row("SELECT postal_codes FROM commune WHERE code = $1", commune.code)
    codes = list(found["postal_codes"] or []) if found else []
    if not bare and len(codes) == 1:
        return codes[0], ""
    if not POSTAL_CODE.fullmatch(bare):
        return bare, "Un code postal de cinq chiffres, par exemple 69003."
    if codes and bare not in codes:
        known = ", ".join(codes[:4]) + ("…" if len(codes) > 4 else "")
        return bare, f"Ce code postal n’est pas celui de {commune.label} ({known})."
    return bare, ""
