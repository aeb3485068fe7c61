"""The rules of each item: what is accepted, what is refused and beside which field (validation § 4)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.directory.editing import Refusals
from app.directory.tables import ListingState
from app.listing import dossiers, editing, identity, insurance, life, rules
from app.listing.certificates import Certificate
from app.listing.identity import Registry, Vat
from app.listing.tables import DossierItem
from tests.listing import cast
from tests.listing.cast import IDENTITY, INSURANCE, MEDIATOR, NOW, Owner

pytestmark = pytest.mark.anyio


async def refused(who: Owner, item: DossierItem, typed: Any) -> list[str]:
    """The fields refused, none when it is saved."""
    try:
        await cast.tell(who, item, typed)
    except Refusals as refusal:
        return list(refusal.errors)
    return []


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [
        ("73282932000074", True),
        ("732 829 320 00074", True),
        ("732-829-320-00074", True),
        ("732.829.320\u00a000074", True),
        ("35600000049837", True),  # La Poste: another key
        ("35600000049838", False),
        ("35600000000048", True),
        ("73282932000079", False),
        ("00000000000000", False),
        ("00000000000018", False),
        ("7328293200007", False),
        ("732829320000740", False),
        ("", False),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", False),
    ],
)
def test_a_siret_has_fourteen_digits_and_its_key(typed: str, is_one: bool) -> None:
    """EX-3.1-5."""
    assert rules.is_siret(rules.digits(typed)) is is_one


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"legal_form": "EURL"}, "capital"),
        ({"legal_form": "EURL", "capital": "0"}, "capital"),
        ({"legal_form": "EURL", "capital": "mille"}, "capital"),
        ({"legal_form": "EURL", "capital": "1 000,50"}, ""),
        ({"legal_form": "EI", "capital": "1000"}, "capital"),
        ({"legal_form": "Association", "capital": "1000"}, "capital"),
        ({"legal_form": "SNC"}, ""),
        ({"legal_form": "EIRL"}, "forme"),
        ({"legal_form": "SASU", "capital": "1", "is_micro_enterprise": True}, "micro"),
        ({"is_micro_enterprise": True}, ""),
        ({"postal_code": "2A004"}, "code_postal"),
        ({"postal_code": "20000"}, ""),
        ({"postal_code": "97410"}, ""),
        ({"postal_code": "99000"}, "code_postal"),
        ({"phone": "0692 12 34 56"}, ""),
        ({"phone": "0590 12 34 56"}, ""),
        ({"phone": "+41 22 734 51 11"}, ""),
        ({"phone": "3639"}, "telephone"),
        ({"phone": "0899 70 12 34"}, "telephone"),
        ({"phone": "0810 12 34 56"}, "telephone"),
        ({"phone": "07 00 12 34 56"}, "telephone"),
        ({"phone": ""}, "telephone"),
        ({"street": ""}, "rue"),
        ({"street": "x" * 161}, "rue"),
        ({"email": "pro@"}, "courriel"),
        ({"legal_name": ""}, "denomination"),
    ],
)
async def test_the_identity_is_told_whole_and_well(
    camille: Owner, changes: dict[str, Any], field: str
) -> None:
    """EX-3.1-4, EX-3.1-9."""
    typed = msgspec.structs.replace(IDENTITY, **changes)
    assert await refused(camille, DossierItem.IDENTITY, typed) == ([field] if field else [])
    kept = await identity.identity_of(camille.practitioner)
    assert (kept.legal_form == typed.legal_form and not field) or kept.legal_form == "EI"


@pytest.mark.parametrize(
    ("typed", "is_refused"),
    [
        (Vat("non"), False),
        (Vat("non", "FR44732829320"), True),
        (Vat("oui", "FR44732829320"), False),
        (Vat("oui", "44 732 829 320"), False),
        (Vat("oui", "FR10900457466"), True),
        (Vat("oui", "FR45732829320"), True),
        (Vat("oui"), True),
    ],
)
async def test_a_vat_number_is_told_by_who_is_registered_and_ends_with_the_siren(
    camille: Owner, typed: Vat, is_refused: bool
) -> None:
    """EX-3.1-7."""
    assert bool(await refused(camille, DossierItem.VAT, typed)) is is_refused


async def test_a_siret_of_another_enterprise_comes_with_its_vat_number(camille: Owner) -> None:
    """EX-3.1-7, EX-3.1-12: one without the other would not hold."""
    await cast.tell(camille, DossierItem.VAT, Vat("oui", "FR44732829320"))
    other = Registry("900 457 466 00010", "RNE")
    number = rules.digits(other.siret)
    last = next(d for d in "0123456789" if rules.is_siret(number[:13] + d))
    other = Registry(number[:13] + last, "RNE")
    assert await refused(camille, DossierItem.SIRET, other) == ["numero_tva"]
    with_vat = msgspec.structs.replace(other, vat_number="FR10900457466")
    assert await refused(camille, DossierItem.SIRET, with_vat) == []
    assert (await identity.vat_of(camille.practitioner)).number == "FR10900457466"


async def test_an_invalid_siret_saves_nothing_of_somebody_listed(camille: Owner) -> None:
    """EX-3.1-12."""
    await life.submit(camille.practitioner, by=camille.account, now=NOW)
    await life.list_(camille.practitioner, by=None, now=NOW)
    assert await refused(camille, DossierItem.SIRET, Registry("73282932000079", "RNE")) == ["siret"]
    assert (await identity.registry_of(camille.practitioner)).siret == "73282932000074"
    assert (await life.standing_of(camille.practitioner)).state is ListingState.LISTED
    assert not (await dossiers.dossier_of(camille.practitioner)).waits_for_platform


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contract_number": "AB"}, "numero_contrat"),
        ({"contract_number": "AB<script>"}, "numero_contrat"),
        ({"contact": ""}, "contact"),
        ({"coverage": "Lune"}, "couverture"),
        ({"ends_on": "2026-11-22"}, "fin"),
        ({"ends_on": "2026-11-23"}, ""),
        ({"ends_on": "31/12/2026"}, ""),
        ({"ends_on": "2025-13-40"}, "fin"),
        ({"starts_on": "2027-12-01"}, "fin"),
    ],
)
async def test_an_insurance_is_told_with_its_dates(
    camille: Owner, changes: dict[str, Any], field: str
) -> None:
    """EX-3.1-3: the last day is tomorrow at the earliest."""
    typed = msgspec.structs.replace(INSURANCE, insurer="Une autre", **changes)
    if not field:
        await cast.insured(camille, typed, is_handed=False)
        return
    with pytest.raises(Refusals) as refusal:
        await cast.insured(camille, typed, is_handed=False)
    assert list(refusal.value.errors) == [field]


async def test_the_only_insurance_of_somebody_listed_cannot_be_taken_off(camille: Owner) -> None:
    """EX-3.1-12: the page is public with what the terms ask, or the edit is refused."""
    await life.submit(camille.practitioner, by=camille.account, now=NOW)
    await life.list_(camille.practitioner, by=None, now=NOW)
    (only,) = await insurance.of(camille.practitioner)
    with pytest.raises(editing.StillNeeded):
        await insurance.remove(camille.practitioner, only.id, by=camille.account, now=NOW)
    assert len(await insurance.of(camille.practitioner)) == 1
    await cast.insured(camille, msgspec.structs.replace(INSURANCE, ends_on="2028-01-01"))
    await insurance.remove(camille.practitioner, only.id, by=camille.account, now=NOW)
    assert len(await insurance.of(camille.practitioner)) == 1


@pytest.mark.parametrize(
    ("website", "is_one"),
    [
        ("https://mediation.example/saisir?x=1", True),
        ("http://mediation.example", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a b.example", False),
        ('https://x.example/"onclick=', False),
        ("https://user:pass@x.example", False),
    ],
)
async def test_a_mediator_has_an_address_and_a_site(
    camille: Owner, website: str, is_one: bool
) -> None:
    """EX-3.1-6."""
    typed = msgspec.structs.replace(MEDIATOR, website=website)
    assert await refused(camille, DossierItem.MEDIATOR, typed) == ([] if is_one else ["site"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "ab"}, "intitule"),
        ({"body": ""}, "organisme"),
        ({"obtained_on": "2026-11-23"}, "obtenu"),
        ({"hours": "beaucoup"}, "duree"),
        ({"code": "RNCP12"}, "code"),
        ({"code": "rs 6789"}, ""),
        ({"practices": []}, "pratiques"),
        ({"practices": [999_999]}, "pratiques"),
    ],
)
async def test_a_certificate_names_what_it_is_and_what_it_covers(
    camille: Owner, changes: dict[str, Any], field: str
) -> None:
    """EX-3.1-2."""
    from app.listing import certificates

    usual: dict[str, Any] = {
        "title": "Certificat",
        "body": "École",
        "obtained_on": "2026-11-22",
        "practices": await cast.practice_ids("sophrologie"),
    }
    seen = await editing.mark_of(camille.practitioner, DossierItem.CERTIFICATES)
    saving = certificates.add(
        camille.practitioner,
        Certificate(**(usual | changes)),
        seen=seen,
        by=camille.account,
        now=NOW,
    )
    if not field:
        assert await saving
        return
    with pytest.raises(Refusals) as refusal:
        await saving
    assert list(refusal.value.errors) == [field]
