"""The legal identity a practitioner shows, and the two criteria the listing owns: practices and legal information."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from app.database import connection
from app.directory import completeness


class LegalBlock(msgspec.Struct, frozen=True):
    """What the law wants shown. The insurance contract number is not part of it (terms § 3.1)."""

    legal_name: str
    legal_form: str
    capital_cents: int | None
    siret: str
    registration: str
    registration_city: str
    is_vat_registered: bool
    vat_number: str
    street: str
    postal_code: str
    city: str
    phone: str
    email: str
    insurer: str | None
    insurer_contact: str | None
    coverage: str | None
    mediator_name: str | None
    mediator_address: str | None
    mediator_website: str | None


_NEEDED = (
    "legal_name", "legal_form", "siret", "street", "postal_code", "city", "phone", "email",
    "insurer", "insurer_contact", "coverage", "mediator_name", "mediator_address", "mediator_website",
)  # fmt: skip

_BLOCK = """
SELECT l.legal_name, l.legal_form, l.capital_cents, l.siret, l.registration, l.registration_city,
       l.is_vat_registered, l.vat_number, l.street, l.postal_code, l.city, l.phone, l.email,
       i.insurer, i.contact AS insurer_contact, i.coverage,
       m.name AS mediator_name, m.address AS mediator_address, m.website AS mediator_website
FROM legal_identity l
LEFT JOIN LATERAL (SELECT * FROM insurance i WHERE i.practitioner = l.practitioner AND NOT i.is_awaited
                   AND $2 BETWEEN i.starts_on AND i.ends_on ORDER BY i.ends_on DESC LIMIT 1) i ON true
LEFT JOIN mediator m ON m.practitioner = l.practitioner AND coalesce(m.ends_on >= $2, true)
WHERE l.practitioner = $1
"""

_COVERED = """
EXISTS (SELECT FROM practice_offered WHERE practitioner = $1) AND NOT EXISTS (
  SELECT FROM practice_offered o WHERE o.practitioner = $1 AND NOT EXISTS (
    SELECT FROM certificate_coverage c JOIN training_certificate t ON t.id = c.certificate
    WHERE t.practitioner = $1 AND c.practice = o.practice AND NOT t.is_awaited
      AND coalesce(t.ends_on >= $2, true)))
"""


async def block_of(practitioner: int, *, today: date) -> LegalBlock | None:
    """The public legal block, with the insurance in force `today`."""
    found = await connection.row(_BLOCK, practitioner, today)
    return None if found is None else LegalBlock(**found)


async def write_criteria(practitioner: int, *, today: date) -> None:
    """Criteria 4 (each practice covered by a certificate) and 11 (legal information, insurance in force, mediator).

    What was told but not handed over, or has ended before `today`, counts for nothing.
    """
    found = await connection.row(f"SELECT {_COVERED} AS covered", practitioner, today)
    await completeness.write(practitioner, "practices", is_met=bool(found and found["covered"]))
    block = await block_of(practitioner, today=today)
    is_told = block is not None and all((getattr(block, field) or "").strip() for field in _NEEDED)
    is_told = is_told and await _has_answered_vat(practitioner)
    await completeness.write(practitioner, "legal", is_met=is_told)


async def stale(practitioners: Sequence[int], *, today: date) -> list[int]:
    """Those among `practitioners` whose two criteria are no longer what is stored: time alone changes them."""
    told = " AND ".join(f"btrim(coalesce(b.{field}, '')) <> ''" for field in _NEEDED)
    found = await connection.rows(
        "SELECT one.id FROM unnest($1::int[]) AS one (id) CROSS JOIN LATERAL (SELECT"  # noqa: S608  # the queries above
        f" ({_COVERED.replace('$1', 'one.id')}) AS practices,"
        f" EXISTS (SELECT FROM ({_BLOCK.replace('$1', 'one.id')}) b JOIN legal_identity v"
        f"   ON v.practitioner = one.id AND v.is_vat_told WHERE {told}) AS legal) o"
        " CROSS JOIN LATERAL (VALUES ('practices', o.practices), ('legal', o.legal)) AS f (criterion, is_met)"
        " LEFT JOIN profile_criterion c ON c.practitioner = one.id AND c.criterion = f.criterion"
        " WHERE c.is_met IS DISTINCT FROM f.is_met GROUP BY one.id ORDER BY one.id",
        list(practitioners),
        today,
    )
    return [row["id"] for row in found]


async def _has_answered_vat(practitioner: int) -> bool:
    found = await connection.row(
        "SELECT is_vat_told FROM legal_identity WHERE practitioner = $1", practitioner
    )
    return bool(found and found["is_vat_told"])
