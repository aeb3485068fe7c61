"""The twelve criteria of a complete profile (first ranking tier, terms § 3.2): objective, free, public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.database import connection
from app.directory import changes, noting
from app.jobs import queue

COMPLETENESS_CHANGED = "completeness_changed"
"""The note of a listed profile that became complete, or is no longer; it carries the practitioner's number."""
SETTLING = timedelta(minutes=10)
"""Before the practitioner is told: a line taken off can be put back as long, and pages are edited block by block."""


class Criterion(msgspec.Struct, frozen=True):
    """`label` and `test` are shown on the ranking page; `missing` to the practitioner."""

    name: str
    label: str
    test: str
    missing: str


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "portrait",
        "Photo ou logo",
        "une image d’au moins 400 × 400 pixels",
        "Ajoutez une photo ou un logo.",
    ),
    Criterion(
        "headline",
        "Titre d’activité",
        "de 10 à 120 caractères",
        "Écrivez un titre d’activité de 10 à 120 caractères.",
    ),
    Criterion(
        "presentation",
        "Présentation",
        "au moins 300 caractères",
        "Écrivez une présentation d’au moins 300 caractères.",
    ),
    Criterion(
        "practices",
        "Pratiques",
        "au moins une, chacune couverte par une attestation de formation remise",
        "Choisissez au moins une pratique et remettez une attestation pour chacune.",
    ),
    Criterion(
        "themes",
        "Thématiques",
        "de une à huit",
        "Choisissez de une à huit thématiques.",
    ),
    Criterion(
        "place",
        "Lieu",
        "au moins une adresse avec rue et commune, une zone à domicile ou la visio",
        "Indiquez un lieu de pratique, une zone à domicile ou la visio.",
    ),
    Criterion(
        "services",
        "Prestations",
        "au moins une, toutes avec description d’au moins 50 caractères, durée, prix TTC et mode",
        "Décrivez chaque prestation en 50 caractères au moins, avec sa durée et son prix.",
    ),
    Criterion(
        "hours",
        "Horaires",
        "au moins une ouverture par semaine et la prise de rendez-vous ouverte",
        "Indiquez vos horaires et ouvrez la prise de rendez-vous.",
    ),
    Criterion(
        "training",
        "Formation affichée",
        "au moins une ligne publique : intitulé, organisme, année",
        "Affichez au moins une formation.",
    ),
    Criterion(
        "terms",
        "Conditions d’annulation et moyens de paiement",
        "les deux renseignés",
        "Indiquez vos conditions d’annulation et les moyens de paiement acceptés.",
    ),
    Criterion(
        "legal",
        "Informations légales",
        "identité, adresse, téléphone, courriel, SIRET, TVA, assurance et médiateur",
        "Complétez vos informations légales, votre assurance et votre médiateur.",
    ),
    Criterion(
        "audience",
        "Public et accessibilité",
        "public accueilli et accès des personnes à mobilité réduite indiqués (« non » est une réponse)",
        "Indiquez le public accueilli et l’accès des personnes à mobilité réduite.",
    ),
)

BY_NAME = {criterion.name: criterion for criterion in CRITERIA}

# Runs of spaces and line breaks count as one character: they are no substance.
_OWN = r"""
SELECT
  coalesce(f.portrait, '') <> '' AS portrait,
  char_length(btrim(regexp_replace(coalesce(f.headline, ''), '\s+', ' ', 'g'))) BETWEEN 10 AND 120 AS headline,
  char_length(btrim(regexp_replace(coalesce(f.presentation, ''), '\s+', ' ', 'g'))) >= 300 AS presentation,
  (SELECT count(*) BETWEEN 1 AND 8 FROM theme_chosen t WHERE t.practitioner = p.id) AS themes,
  (EXISTS (SELECT FROM practice_place l WHERE l.practitioner = p.id
             AND (l.kind = 'home_area' OR l.street <> ''))
   OR EXISTS (SELECT FROM service s WHERE s.practitioner = p.id AND s.is_active
                AND 'remote' = ANY (s.modes))) AS place,
  coalesce((SELECT bool_and(char_length(btrim(regexp_replace(s.description, '\s+', ' ', 'g'))) >= 50) FROM service s
             WHERE s.practitioner = p.id AND s.is_active), false) AS services,
  EXISTS (SELECT FROM training_shown t WHERE t.practitioner = p.id
            AND btrim(t.title) <> '' AND btrim(t.body) <> '') AS training,
  (btrim(coalesce(f.cancellation_terms, '')) <> ''
   AND cardinality(coalesce(f.payment_methods, '{}')) > 0) AS terms,
  (cardinality(coalesce(f.audience, '{}')) > 0 AND coalesce(f.access, '') <> '') AS audience
FROM practitioner p LEFT JOIN profile f ON f.practitioner = p.id
WHERE p.id = $1
"""


async def write(practitioner: int, criterion: str, *, is_met: bool) -> None:
    """Store one criterion; called by the room that owns the fact, in the transaction of the fact."""
    await connection.execute(
        "INSERT INTO profile_criterion (practitioner, criterion, is_met, missing)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (practitioner, criterion)"
        " DO UPDATE SET is_met = excluded.is_met, missing = excluded.missing",
        practitioner,
        criterion,
        is_met,
        "" if is_met else BY_NAME[criterion].missing,
    )


async def refresh(practitioner: int, *, now: datetime) -> bool:
    """Compute the directory's own criteria, settle whether the profile is complete and record the change.

    `now` is UTC. Last verb of a transaction that edits a profile; answers whether all twelve are met.
    """
    facts = await connection.row(_OWN, practitioner)
    if facts is None:
        return False
    for criterion, is_met in facts.items():
        await write(practitioner, criterion, is_met=is_met)
    settled = await connection.row(_SETTLE, practitioner, now, len(CRITERIA))
    assert settled is not None  # noqa: S101 - it had facts just now
    if settled["is_changed"]:
        await _note_change(practitioner, settled["account"], is_complete=settled["is_complete"])
    await changes.record(practitioner)
    return bool(settled["is_complete"])


# Only who is listed is ranked, and told. The first of several changes says what they were told last.
_SETTLE = """
UPDATE practitioner p SET completeness_at = $2, updated_at = $2, is_complete = n.is_complete,
  was_complete = CASE WHEN n.is_changed THEN coalesce(p.was_complete, NOT n.is_complete) ELSE p.was_complete END
FROM (SELECT c.is_complete, b.listing_state = 'listed' AND b.is_complete <> c.is_complete AS is_changed
  FROM practitioner b, (SELECT count(*) FILTER (WHERE is_met) = $3 AS is_complete FROM profile_criterion
    WHERE practitioner = $1) c
  WHERE b.id = $1) n
WHERE p.id = $1 RETURNING p.account, p.is_complete, n.is_changed
"""


async def _note_change(practitioner: int, account: UUID | None, *, is_complete: bool) -> None:
    missing = await missing_of(practitioner)
    await noting.note(
        "profil.complet_change",
        practitioner,
        account,
        avant=not is_complete,
        complet=is_complete,
        manquants=len(missing),
    )
    await queue.enqueue(COMPLETENESS_CHANGED, practitioner, delay=SETTLING)


async def to_tell(practitioner: int) -> bool | None:
    """Whether the profile is complete, when that is not what its practitioner was told last; else None.

    It is told from now on: call it in the transaction of the mail.
    """
    found = await connection.row(
        "SELECT is_complete, was_complete FROM practitioner WHERE id = $1 FOR NO KEY UPDATE",
        practitioner,
    )
    if found is None or found["was_complete"] is None:
        return None
    await connection.execute(
        "UPDATE practitioner SET was_complete = NULL WHERE id = $1", practitioner
    )
    return None if found["was_complete"] == found["is_complete"] else bool(found["is_complete"])


async def stale(practitioners: Sequence[int]) -> list[int]:
    """Those among `practitioners` whose criteria of this room are no longer what is stored."""
    found = await connection.rows(
        "SELECT DISTINCT i.id FROM unnest($1::int[]) AS i (id)"  # noqa: S608  # the query above
        f" CROSS JOIN LATERAL ({_OWN.replace('$1', 'i.id')}) o"
        " CROSS JOIN LATERAL jsonb_each(to_jsonb(o)) AS f (criterion, is_met)"
        " LEFT JOIN profile_criterion c ON c.practitioner = i.id AND c.criterion = f.criterion"
        " WHERE c.is_met IS DISTINCT FROM f.is_met::boolean ORDER BY 1",
        list(practitioners),
    )
    return [row["id"] for row in found]


async def begin(practitioners: Sequence[int]) -> None:
    """Write the twelve criteria of profiles made just now: those of other rooms are not met yet."""
    lines = []
    for facts in await connection.rows(
        "SELECT i.id AS practitioner, o.* FROM unnest($1::int[]) AS i (id)"  # noqa: S608  # the query above
        f" CROSS JOIN LATERAL ({_OWN.replace('$1', 'i.id')}) o",
        list(practitioners),
    ):
        met = {one.name for one in CRITERIA if facts.get(one.name)}
        lines += [(facts["practitioner"], each, each.name in met) for each in CRITERIA]
    await connection.execute(
        "INSERT INTO profile_criterion (practitioner, criterion, is_met, missing)"
        " SELECT * FROM unnest($1::int[], $2::text[], $3::bool[], $4::text[])",
        [practitioner for practitioner, _, _ in lines],
        [each.name for _, each, _ in lines],
        [is_met for _, _, is_met in lines],
        ["" if is_met else each.missing for _, each, is_met in lines],
    )


async def missing_of(practitioner: int) -> list[str]:
    """What the practitioner still has to give, in the order of the criteria (French sentences)."""
    found = await connection.rows(
        "SELECT criterion, missing FROM profile_criterion WHERE practitioner = $1 AND NOT is_met",
        practitioner,
    )
    said = {record["criterion"]: record["missing"] for record in found}
    return [said[criterion.name] for criterion in CRITERIA if criterion.name in said]
