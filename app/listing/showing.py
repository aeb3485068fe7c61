"""The page of the dossier, as its practitioner reads it: where it is in its life, what is given, what is missing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from app.directory.tables import ListingState
from app.listing import (
    certificates,
    contract,
    documents,
    dossiers,
    identity,
    insurance,
    life,
    mediator,
    practices,
)
from app.listing.documents import Document
from app.listing.dossiers import Held, Line
from app.listing.expiry import SOON
from app.listing.forms import FORMS, LINES
from app.listing.items import BY_KEY
from app.listing.tables import DossierItem, LegalForm
from app.rendering import filters
from app.rendering.moments import day_of

Facts = list[tuple[str, str]]
"""What was told, in words."""

WITH_FILES = {
    DossierItem.IDENTITY: "Documents juridiques (conditions générales de vente, statuts…)",
    DossierItem.SIRET: "Avis de situation",
    DossierItem.MEDIATOR: "Attestation d’adhésion",
}
"""The items that take a file of their own, which nobody has to give."""


class LineShown(msgspec.Struct, frozen=True):
    """An insurance or a certificate. `state`: what is said of it; `is_wanting` when something must be done."""

    id: int
    title: str
    facts: Facts
    state: str
    is_wanting: bool
    document: Document | None


class ItemShown(msgspec.Struct, frozen=True):
    """An item. `state`: « remis », « à corriger »… and `tone`, which only colours what the words say."""

    item: DossierItem
    slug: str
    url: str
    title: str
    asked: str
    state: str
    tone: str
    ground: str
    missing: list[str]
    facts: Facts
    lines: list[LineShown]
    documents: list[Document]
    file_label: str
    is_here: bool


class DossierShown(msgspec.Struct, frozen=True):
    state: str
    explained: str
    held: Held
    items: list[ItemShown]
    missing: int
    can_submit: bool
    submit_label: str
    ends_at: datetime | None
    waiting: list[str]


async def dossier(practitioner: int, now: datetime) -> DossierShown:
    """Raises `life.NoSuchPractitioner`."""
    held, standing = await dossiers.dossier_of(practitioner), await life.standing_of(practitioner)
    lines = await dossiers.lines(practitioner, now)
    files = await documents.of(practitioner)
    today = day_of(now)
    facts = await _facts(practitioner, now)
    items = [await _item(practitioner, line, files, facts, today) for line in lines]
    missing = sum(len(line.missing) for line in lines)
    state = standing.state_at(now)
    return DossierShown(
        state=words_of(state, held),
        explained=_explained(state, held),
        held=held,
        items=items,
        missing=missing,
        can_submit=missing == 0 and _may_submit(state, held),
        submit_label="J’ai corrigé, déposer de nouveau"
        if held.waits_for_practitioner
        else "Déposer mon dossier",
        ends_at=standing.ends_at,
        waiting=(await practices.of(practitioner, now)).said,
    )


def is_sent_back(state: ListingState, held: Held) -> bool:
    """Whether a dossier handed over waits for corrections: it is not the platform's turn."""
    return state is ListingState.SUBMITTED and held.waits_for_practitioner


def words_of(state: ListingState, held: Held) -> str:
    """Where the listing is, in words."""
    return "Dossier à corriger" if is_sent_back(state, held) else life.WORDS[state]


def _explained(state: ListingState, held: Held) -> str:
    if held.waits_for_practitioner:
        return (
            "La plateforme a regardé votre dossier : les lignes « à corriger » vous attendent."
            " Corrigez-les, puis déposez-le de nouveau."
        )
    return life.EXPLAINED[state]


def _may_submit(state: ListingState, held: Held) -> bool:
    return held.waits_for_practitioner or ListingState.SUBMITTED in life.MAY_BECOME[state]


async def _item(
    practitioner: int,
    line: Line,
    files: list[Document],
    facts: dict[DossierItem, Facts],
    today: date,
) -> ItemShown:
    state, tone = _state(line)
    own = [
        one
        for one in files
        if one.item is line.item and one.insurance is None and one.certificate is None
    ]
    return ItemShown(
        item=line.item,
        slug=BY_KEY[line.item].slug,
        url=line.url,
        title=line.title,
        asked=line.asked,
        state=state,
        tone=tone,
        ground=line.ground if line.is_delivered is False else "",
        missing=[one.words for one in line.missing],
        facts=facts.get(line.item, []),
        lines=await _lines(practitioner, line.item, files, today),
        documents=own,
        file_label=WITH_FILES.get(line.item, ""),
        is_here=line.item in FORMS or line.item in LINES,
    )


def _state(line: Line) -> tuple[str, str]:
    if line.is_delivered is False:
        return "À corriger", "alert"
    if line.missing:
        return "À compléter", "wait"
    return ("Remis", "done") if line.is_delivered else ("Complet", "done")


async def _facts(practitioner: int, now: datetime) -> dict[DossierItem, Facts]:
    """What was told of each item, but for those told line by line."""
    legal, named = await identity.told_of(practitioner), await mediator.of(practitioner)
    registration = f"{legal.registry.registration} {legal.registry.registration_city}".strip()
    facts = {
        DossierItem.IDENTITY: _identity_facts(legal.identity),
        DossierItem.SIRET: [
            ("SIRET", filters.siret(legal.registry.siret)),
            ("Immatriculation", registration),
        ],
        DossierItem.VAT: [("TVA", "Non applicable, art. 293 B du CGI")]
        if legal.vat.answer == identity.NO
        else [("Numéro de TVA", legal.vat.number)],
        DossierItem.MEDIATOR: [
            ("Médiateur", named.name),
            ("Adresse", named.address),
            ("Site", named.website),
            ("Fin de l’adhésion", named.ends_on and filters.day(date.fromisoformat(named.ends_on))),
        ],
        DossierItem.CONTRACT: [("Version en vigueur", f"{(await contract.in_force(now)).number}")],
    }
    return {
        item: [(words, value) for words, value in told if value] for item, told in facts.items()
    }


def _identity_facts(told: identity.Identity) -> Facts:
    form = {one.value: words for one, words in identity.FORMS}.get(told.legal_form, "")
    if told.legal_form == LegalForm.EI and told.is_micro_enterprise:
        form += ", régime de la micro-entreprise"
    variable = ", variable" if told.has_variable_capital else ""
    return [
        ("Nom", told.legal_name),
        ("Forme juridique", form),
        ("Capital social", f"{told.capital} €{variable}" if told.capital else ""),
        ("Adresse", f"{told.street}, {told.postal_code} {told.city}" if told.street else ""),
        ("Téléphone", filters.phone(told.phone)),
        ("Adresse e-mail", told.email),
    ]


async def _lines(
    practitioner: int, item: DossierItem, files: list[Document], today: date
) -> list[LineShown]:
    if item is DossierItem.INSURANCE:
        by_line = {one.insurance: one for one in files if one.insurance is not None}
        return [
            _insurance_shown(one, by_line.get(one.id), today)
            for one in await insurance.of(practitioner)
        ]
    if item is DossierItem.CERTIFICATES:
        by_line = {one.certificate: one for one in files if one.certificate is not None}
        return [
            _certificate_shown(one, by_line.get(one.id), today)
            for one in await certificates.of(practitioner)
        ]
    return []


def _insurance_shown(one: insurance.Held, file: Document | None, today: date) -> LineShown:
    facts = [
        ("N° de contrat (jamais public)", one.contract_number),
        ("Coordonnées", one.contact),
        ("Couverture", one.coverage),
        ("Période", f"Du {filters.day(one.starts_on)} au {filters.day(one.ends_on)}"),
    ]
    state, is_wanting = _line_state(one.is_awaited, one.ends_on, today)
    return LineShown(one.id, one.insurer, facts, state, is_wanting, file)


def _certificate_shown(one: certificates.Held, file: Document | None, today: date) -> LineShown:
    facts = [
        ("Organisme", one.body),
        ("Obtenu le", filters.day(one.obtained_on)),
        ("Durée", f"{one.hours} heures" if one.hours else ""),
        ("Code", one.code),
        ("Valable jusqu’au", filters.day(one.ends_on) if one.ends_on else ""),
        ("Pratiques couvertes", ", ".join(one.labels)),
    ]
    state, is_wanting = _line_state(one.is_awaited, one.ends_on, today)
    told = [(words, value) for words, value in facts if value]
    return LineShown(one.id, one.title, told, state, is_wanting, file)


def _line_state(is_awaited: bool, ends_on: date | None, today: date) -> tuple[str, bool]:
    if is_awaited:
        return "Fichier à remettre", True
    if ends_on is None:
        return "Remis", False
    left = (ends_on - today).days
    if left < 0:
        return f"Terminé le {filters.day(ends_on)}", True
    if left <= SOON.days:
        words = "aujourd’hui" if left == 0 else f"dans {left} jour{'s' if left > 1 else ''}"
        return f"Se termine {words}", True
    return f"Remis, jusqu’au {filters.day(ends_on)}", False


async def choices(practitioner: int, item: DossierItem) -> dict[str, Any]:
    """The closed lists the form of `item` chooses from."""
    if item is DossierItem.CERTIFICATES:
        found = await practices.choices_of(practitioner)
        return {"practices": [(str(number), label) for number, label in found]}
    if item is DossierItem.SIRET:
        vat = await identity.vat_of(practitioner)
        return {
            "registrations": [(one.value, words) for one, words in identity.REGISTRATIONS],
            "is_vat_registered": vat.answer == identity.YES,
        }
    return {
        "forms": [(form.value, words) for form, words in identity.FORMS],
        "coverages": [(each, each) for each in insurance.COVERAGES],
    }
