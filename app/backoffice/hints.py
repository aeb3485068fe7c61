"""What the machine notices of a dossier, beside each line: form, dates, likeness; never whether it is true."""

from __future__ import annotations

import re
from datetime import date

import msgspec
from asyncpg import Record

from app.backoffice.declared import Declared
from app.database import connection
from app.directory.names import base_letters, name_in
from app.directory.ownership import HAS_LEFT
from app.listing import rules
from app.listing.documents import Document
from app.listing.expiry import SOON
from app.listing.tables import DossierItem
from app.rendering import filters


class Hint(msgspec.Struct, frozen=True):
    """`is_alert`: to be looked at; the others are remarks. `links`: dossiers to compare with (words, address)."""

    words: str
    is_alert: bool = False
    links: tuple[tuple[str, str], ...] = ()


class Twins(msgspec.Struct, frozen=True):
    """Other dossiers that bear the same SIRET, and those that hold the same file, by document."""

    siret: tuple[tuple[str, str], ...]
    files: dict[str, tuple[tuple[str, str], ...]]


async def twins_of(practitioner: int, declared: Declared, documents: list[Document]) -> Twins:
    """What of this dossier is found in others."""
    siret = declared.identity["siret"] if declared.identity else ""
    same = await connection.rows(
        "SELECT p.id, p.first_name, p.last_name, p.trade_name, p.is_structure FROM legal_identity i"  # noqa: S608
        " JOIN practitioner p ON p.id = i.practitioner WHERE i.siret = $1 AND $1 <> '' AND p.id <> $2"
        f" AND NOT {HAS_LEFT} ORDER BY p.id LIMIT 10",
        siret,
        practitioner,
    )
    files: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in await connection.rows(
        "SELECT DISTINCT f.sha256, p.id, p.first_name, p.last_name, p.trade_name, p.is_structure"  # noqa: S608
        " FROM stored_file f JOIN supporting_document d ON d.file = f.id"
        " JOIN practitioner p ON p.id = d.practitioner"
        f" WHERE f.sha256 = ANY ($1::bytea[]) AND d.practitioner <> $2 AND NOT {HAS_LEFT}"
        " ORDER BY p.id LIMIT 50",
        [one.sha256 for one in documents],
        practitioner,
    ):
        for one in documents:
            if one.sha256 == row["sha256"]:
                files[str(one.id)] = (*files.get(str(one.id), ()), _link(row))
    return Twins(tuple(_link(row) for row in same), files)


def of(
    declared: Declared, documents: list[Document], twins: Twins, today: date
) -> dict[DossierItem, list[Hint]]:
    """The remarks of each item, at the day `today` in France."""
    found: dict[DossierItem, list[Hint]] = {item: [] for item in DossierItem}
    found[DossierItem.IDENTITY] += _identity(declared)
    found[DossierItem.SIRET] += _siret(declared, twins)
    found[DossierItem.VAT] += _vat(declared)
    found[DossierItem.INSURANCE] += _insurance(declared, today)
    found[DossierItem.CERTIFICATES] += _certificates(declared, today)
    if declared.mediator is not None and declared.mediator["ends_on"] is not None:
        found[DossierItem.MEDIATOR] += _ending("L’adhésion", declared.mediator["ends_on"], today)
    if free := [each.label for each in declared.services if each.price_cents == 0]:
        found[DossierItem.SERVICES].append(Hint(f"À 0 € : {', '.join(free)}", is_alert=True))
    for one, hint in _files(documents, twins):
        found[one].append(hint)
    return found


def _identity(declared: Declared) -> list[Hint]:
    if declared.identity is None or not declared.account_name:
        return []
    told = {base_letters(word) for word in re.split(r"[\s'’-]+", declared.identity["legal_name"])}
    own = [base_letters(word) for word in re.split(r"[\s'’-]+", declared.account_name)]
    if all(word in told for word in own if word):
        return [Hint("Le nom du compte figure dans l’identité déclarée.")]
    return [
        Hint(
            f"Le nom du compte, {declared.account_name}, ne figure pas dans l’identité déclarée.",
            is_alert=True,
        )
    ]


def _siret(declared: Declared, twins: Twins) -> list[Hint]:
    if declared.identity is None:
        return []
    is_right = rules.is_siret(declared.identity["siret"])
    words = "La clé du numéro est juste." if is_right else "La clé du numéro est fausse."
    hints = [Hint(words, is_alert=not is_right)]
    if twins.siret:
        hints.append(Hint("Même SIRET ailleurs :", is_alert=True, links=twins.siret))
    return hints


def _vat(declared: Declared) -> list[Hint]:
    found = declared.identity
    if found is None or not found["is_vat_registered"]:
        return []
    if found["vat_number"][-9:] == found["siret"][:9]:
        return [Hint("Le numéro de TVA finit par le SIREN déclaré.")]
    return [Hint("Le numéro de TVA ne finit pas par le SIREN déclaré.", is_alert=True)]


def _insurance(declared: Declared, today: date) -> list[Hint]:
    hints = [
        Hint(f"{each.insurer} : l’attestation n’est pas encore remise.", is_alert=True)
        for each in declared.insurances
        if each.is_awaited
    ]
    handed = [each for each in declared.insurances if not each.is_awaited]
    if not handed:
        return hints
    last = max(handed, key=lambda each: each.ends_on)
    if not any(each.is_current(today) for each in handed):
        hints.append(Hint("Aucun contrat remis ne couvre ce jour.", is_alert=True))
    return hints + _ending("L’assurance", last.ends_on, today)


def _certificates(declared: Declared, today: date) -> list[Hint]:
    hints = [
        Hint(f"{each.title} : le fichier n’est pas encore remis.", is_alert=True)
        for each in declared.certificates
        if each.is_awaited
    ]
    if declared.uncovered:
        words = f"Sans justificatif : {', '.join(declared.uncovered)}."
        hints.append(Hint(words, is_alert=True))
    elif declared.certificates:
        hints.append(Hint("Chaque pratique a un justificatif."))
    for each in declared.certificates:
        if each.ends_on is not None:
            hints += _ending(f"« {each.title} »", each.ends_on, today)
    return hints


def _ending(what: str, ends_on: date, today: date) -> list[Hint]:
    if ends_on < today:
        return [Hint(f"{what} a pris fin le {filters.day(ends_on)}.", is_alert=True)]
    if ends_on <= today + SOON:
        return [Hint(f"{what} prend fin bientôt, le {filters.day(ends_on)}.", is_alert=True)]
    return [Hint(f"{what} court jusqu’au {filters.day(ends_on)}.")]


def _files(documents: list[Document], twins: Twins) -> list[tuple[DossierItem, Hint]]:
    found = []
    for one in documents:
        if links := twins.files.get(str(one.id)):
            words = f"Le fichier « {one.name} » se trouve aussi dans d’autres dossiers :"
            found.append((one.item, Hint(words, is_alert=True, links=links)))
        if any(other.sha256 == one.sha256 and other.id != one.id for other in documents):
            words = f"Le fichier « {one.name} » est remis plusieurs fois dans ce dossier."
            found.append((one.item, Hint(words, is_alert=True)))
    return found


def _link(row: Record) -> tuple[str, str]:
    return name_in(row), f"/admin/dossiers/{row['id']}"
