"""Certificates and training attestations, each linked to the practices it covers (EX-3.1-2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import connection
from app.directory.editing import refuse
from app.errors import NotFound
from app.listing import editing, practices, rules
from app.listing.editing import text
from app.listing.insurance import day
from app.listing.tables import DossierItem
from app.rendering.moments import day_of

MOST = 30


class NoSuchCertificate(NotFound):
    message = "Ce justificatif n’existe pas, ou n’existe plus."


class Certificate(msgspec.Struct, frozen=True):
    """As typed; days as `2026-11-22`, `practices` are ids of the closed list."""

    title: str = ""
    body: str = ""
    obtained_on: str = ""
    hours: str = ""
    code: str = ""
    ends_on: str = ""
    practices: list[int] = []


class Held(msgspec.Struct, frozen=True):
    """One that was told. `is_awaited`: its file has not arrived, it covers nothing yet."""

    id: int
    title: str
    body: str
    obtained_on: date
    hours: int | None
    code: str
    ends_on: date | None
    is_awaited: bool
    practices: list[int]
    labels: list[str]

    @property
    def typed(self) -> Certificate:
        return Certificate(
            self.title,
            self.body,
            self.obtained_on.isoformat(),
            "" if self.hours is None else str(self.hours),
            self.code,
            self.ends_on.isoformat() if self.ends_on else "",
            self.practices,
        )


async def of(practitioner: int) -> list[Held]:
    found = await connection.rows(
        "SELECT t.id, t.title, t.body, t.obtained_on, t.hours, t.code, t.ends_on, t.is_awaited,"
        " coalesce(array_agg(p.id ORDER BY p.id) FILTER (WHERE p.id IS NOT NULL), '{}') AS practices,"
        " coalesce(array_agg(p.label ORDER BY p.id) FILTER (WHERE p.id IS NOT NULL), '{}') AS labels"
        " FROM training_certificate t LEFT JOIN certificate_coverage c ON c.certificate = t.id"
        " LEFT JOIN practice p ON p.id = c.practice WHERE t.practitioner = $1 GROUP BY t.id ORDER BY t.id",
        practitioner,
    )
    return [Held(**dict(row.items())) for row in found]


async def one_of(practitioner: int, certificate: int) -> Held:
    """Raises `NoSuchCertificate`, also for somebody else's."""
    found = next((one for one in await of(practitioner) if one.id == certificate), None)
    if found is None:
        raise NoSuchCertificate
    return found


async def add(practitioner: int, typed: Certificate, *, seen: str, by: UUID, now: datetime) -> int:
    """Tell one; it covers its practices once its file has arrived. Sent twice, it is told once.

    Raises `Refusals`, `Overtaken`.
    """
    values = await _checked(practitioner, typed, today=day_of(now))
    known = await of(practitioner)
    same = [one for one in known if one.is_awaited and one.typed == _sorted(typed)]
    if same:
        return same[0].id
    if len(known) >= MOST:
        refuse({"": f"Vous avez déjà {MOST} justificatifs : supprimez-en un d’abord."})
    async with _edit(practitioner, seen, by, now, "ajoute"):
        made = await connection.row(
            "INSERT INTO training_certificate (practitioner, title, body, obtained_on, hours, code, ends_on,"
            " is_awaited) VALUES ($1, $2, $3, $4, $5, $6, $7, true) RETURNING id",
            practitioner,
            *values,
        )
        certificate = int(made["id"]) if made else 0
        await _cover(certificate, typed.practices)
    return certificate


async def change(
    practitioner: int, certificate: int, typed: Certificate, *, seen: str, by: UUID, now: datetime
) -> None:
    """Raises `Refusals`, `Overtaken`, `StillNeeded` (a public practice would lose its cover), `NoSuchCertificate`."""
    await one_of(practitioner, certificate)
    values = await _checked(practitioner, typed, today=day_of(now))
    async with _edit(practitioner, seen, by, now, "change"):
        await connection.execute(
            "UPDATE training_certificate SET title = $3, body = $4, obtained_on = $5, hours = $6, code = $7,"
            " ends_on = $8 WHERE practitioner = $1 AND id = $2",
            practitioner,
            certificate,
            *values,
        )
        await _cover(certificate, typed.practices)
        await practices.show_covered(practitioner, now=now)


async def remove(practitioner: int, certificate: int, *, by: UUID, now: datetime) -> None:
    """Take one off; its documents stay a year. Raises `StillNeeded`, `NoSuchCertificate`."""
    async with _edit(practitioner, None, by, now, "retire"):
        await one_of(practitioner, certificate)
        await connection.execute(
            "UPDATE supporting_document SET replaced_at = $2 WHERE certificate = $1 AND replaced_at IS NULL",
            certificate,
            now,
        )
        await connection.execute("DELETE FROM training_certificate WHERE id = $1", certificate)


async def _checked(practitioner: int, typed: Certificate, *, today: date) -> list[Any]:
    obtained_on = day(typed.obtained_on)
    ends_on = day(typed.ends_on) if typed.ends_on else None
    hours = int(typed.hours) if typed.hours.isascii() and typed.hours.isdigit() else None
    code = typed.code.upper().replace(" ", "")
    choices = await practices.choices_of(practitioner)
    refuse(
        {
            "intitule": text(typed.title, 3, 160),
            "organisme": text(typed.body, 2, 160),
            "obtenu": _date_refused(obtained_on, today),
            "duree": ""
            if not typed.hours or (hours and hours <= 20_000)
            else "Un nombre d’heures, par exemple 400.",
            "code": ""
            if not code or rules.TRAINING_CODE.fullmatch(code)
            else "RNCP ou RS, puis 3 à 6 chiffres.",
            "fin": _end_refused(typed.ends_on, ends_on, obtained_on),
            "pratiques": _practices_refused(typed.practices, {id_ for id_, _ in choices}),
        }
    )
    return [typed.title, typed.body, obtained_on, hours, code, ends_on]


def _date_refused(obtained_on: date | None, today: date) -> str:
    if obtained_on is None:
        return "Une date, par exemple 15/06/2019."
    return "Cette date est à venir." if obtained_on > today else ""


def _end_refused(typed: str, ends_on: date | None, obtained_on: date | None) -> str:
    if not typed:
        return ""
    if ends_on is None:
        return "Une date, par exemple 31/12/2027, ou rien."
    return "La fin vient après l’obtention." if obtained_on and ends_on < obtained_on else ""


def _practices_refused(chosen: list[int], choices: set[int]) -> str:
    if not chosen:
        return "Cochez au moins une pratique."
    return "" if set(chosen) <= choices else "Choisissez dans la liste."


def _sorted(typed: Certificate) -> Certificate:
    return msgspec.structs.replace(typed, practices=sorted(set(typed.practices)))


async def _cover(certificate: int, covered: list[int]) -> None:
    await connection.execute(
        "DELETE FROM certificate_coverage WHERE certificate = $1 AND practice <> ALL($2::int[])",
        certificate,
        covered,
    )
    await connection.execute(
        "INSERT INTO certificate_coverage (certificate, practice) SELECT $1, unnest($2::int[])"
        " ON CONFLICT (certificate, practice) DO NOTHING",
        certificate,
        list(dict.fromkeys(covered)),
    )


def _edit(practitioner: int, seen: str | None, by: UUID, now: datetime, action: str) -> Any:
    return editing.edit(
        practitioner, DossierItem.CERTIFICATES, seen=seen, by=by, now=now, action=action
    )
