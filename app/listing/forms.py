"""What the forms of the dossier send, and how each item is read, loaded and written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from app.listing import certificates, identity, insurance, mediator
from app.listing.certificates import Certificate
from app.listing.drafts import Name
from app.listing.identity import Identity, Registry, Vat
from app.listing.insurance import Insurance
from app.listing.mediator import Mediator
from app.listing.tables import DossierItem
from app.web.forms import Sent

SEEN = "vu"
_LONG = 2_000
"""A text too long comes back whole, with its sentence, rather than cut."""


class ItemForm(msgspec.Struct, frozen=True):
    """An item told with one form. `write(practitioner, typed, seen=, by=, now=)` raises what its room says."""

    read: Callable[[Sent], Any]
    load: Callable[[int], Awaitable[Any]]
    write: Callable[..., Awaitable[None]]


class LinesForm(msgspec.Struct, frozen=True):
    """An item told line by line; each line has its file."""

    read: Callable[[Sent], Any]
    blank: Any
    one: Callable[[int, int], Awaitable[Any]]
    add: Callable[..., Awaitable[int]]
    change: Callable[..., Awaitable[None]]
    remove: Callable[..., Awaitable[None]]


def _identity(sent: Sent) -> Identity:
    return Identity(
        legal_name=sent.text("denomination", max=_LONG),
        legal_form=sent.text("forme", max=40),
        capital=sent.text("capital", max=40),
        is_micro_enterprise=sent.flag("micro"),
        has_variable_capital=sent.flag("capital_variable"),
        street=sent.text("rue", max=_LONG),
        postal_code=sent.text("code_postal", max=40),
        city=sent.text("commune", max=_LONG),
        phone=sent.text("telephone", max=60),
        email=sent.text("courriel", max=400),
    )


def _registry(sent: Sent) -> Registry:
    return Registry(
        siret=sent.text("siret", max=60),
        registration=sent.text("immatriculation", max=40),
        registration_city=sent.text("greffe", max=_LONG),
        vat_number=sent.text("numero_tva", max=60),
    )


def _insurance(sent: Sent) -> Insurance:
    return Insurance(
        insurer=sent.text("assureur", max=_LONG),
        contract_number=sent.text("numero_contrat", max=200),
        contact=sent.text("contact", max=_LONG),
        coverage=sent.text("couverture", max=40),
        starts_on=sent.text("debut", max=40),
        ends_on=sent.text("fin", max=40),
    )


def _mediator(sent: Sent) -> Mediator:
    return Mediator(
        name=sent.text("nom", max=_LONG),
        address=sent.text("adresse", max=_LONG),
        website=sent.text("site", max=_LONG),
        phone=sent.text("telephone", max=60),
        email=sent.text("courriel", max=400),
        membership_number=sent.text("adhesion", max=200),
        ends_on=sent.text("fin", max=40),
    )


def _certificate(sent: Sent) -> Certificate:
    chosen = [int(one) for one in sent.many("pratiques") if one.isascii() and one.isdecimal()]
    return Certificate(
        title=sent.text("intitule", max=_LONG),
        body=sent.text("organisme", max=_LONG),
        obtained_on=sent.text("obtenu", max=40),
        hours=sent.text("duree", max=40),
        code=sent.text("code", max=40),
        ends_on=sent.text("fin", max=40),
        practices=[one for one in chosen if one < 2**31],
    )


FORMS = {
    DossierItem.IDENTITY: ItemForm(_identity, identity.identity_of, identity.save_identity),
    DossierItem.SIRET: ItemForm(_registry, identity.registry_of, identity.save_registry),
    DossierItem.VAT: ItemForm(
        lambda sent: Vat(sent.text("assujetti", max=10), sent.text("numero_tva", max=60)),
        identity.vat_of,
        identity.save_vat,
    ),
    DossierItem.MEDIATOR: ItemForm(_mediator, mediator.of, mediator.save),
}
LINES = {
    DossierItem.INSURANCE: LinesForm(
        _insurance,
        Insurance(),
        insurance.one_of,
        insurance.add,
        insurance.change,
        insurance.remove,
    ),
    DossierItem.CERTIFICATES: LinesForm(
        _certificate,
        Certificate(),
        certificates.one_of,
        certificates.add,
        certificates.change,
        certificates.remove,
    ),
}


def name_sent(sent: Sent) -> Name:
    """The form of `joining`."""
    return Name(
        first_name=sent.text("prenom", max=_LONG),
        last_name=sent.text("nom", max=_LONG),
        trade_name=sent.text("nom_commercial", max=_LONG),
        is_structure=sent.flag("structure"),
    )
