"""A practitioner of whom every room holds something: the public profile, the dossier, decisions, files."""

from __future__ import annotations

from typing import Any

from app.calendar import opening
from app.calendar.opening import Opening
from app.database import connection
from app.directory import lines, portraits
from app.directory.editing import Kind
from app.listing import dossiers, life
from app.listing.tables import DossierItem
from app.moderation import contests, decisions, delisting
from app.storage import files
from app.storage.pictures import Crop
from app.storage.stored import Purpose
from tests.listing import cast
from tests.listing.cast import NOW, Owner
from tests.storage import made

FACTS = "Ce sont les faits tels que la personne les lira, en entier."
CONTESTED = "Je conteste cette décision, pour les raisons que voici."
PICTURE = made.picture("JPEG", (900, 900))

_PROFILE = """
UPDATE profile SET headline = 'Séances pour souffler', presentation = 'Je vous accueille au calme.',
  audience = ARRAY['adults'], access = 'partial', languages = ARRAY['Occitan'], payment_methods = ARRAY['cheque'],
  cancellation_terms = 'La veille, sans frais.' WHERE practitioner = {id}
"""
_LINES = """
INSERT INTO theme_chosen (practitioner, theme, position)
  SELECT {id}, id, 0 FROM theme WHERE slug = 'gestion-du-stress';
INSERT INTO practice_place (practitioner, kind, label, street, postal_code, commune, radius_km, access_notes, position)
  VALUES ({id}, 'practice', 'Cabinet du port', '3 quai des Essais', '69003', '69383', 0, 'Au fond de la cour', 0);
INSERT INTO training_shown (practitioner, title, body, year, position)
  VALUES ({id}, 'Certificat montré', 'École montrée', 2019, 0), ({id}, 'Formation retirée', 'École', 2018, 1);
INSERT INTO practice_waiting (practitioner, practice, asked_at)
  SELECT {id}, id, now() FROM practice WHERE slug = 'yoga';
INSERT INTO customer_doubt (siret, email, received_at, settled_at, settled_by, practitioner)
  SELECT '73282932000074', 'doute-' || slug || '@exemple.example', now(), now(), account, id
  FROM practitioner WHERE id = {id};
INSERT INTO expiry_reminder (practitioner, item, ends_on, days_before, sent_at)
  VALUES ({id}, 'insurance', '2027-06-30', 30, now())
"""


async def whole(first_name: str = "Camille") -> Owner:
    """Listed, after a suspension contested and lifted."""
    who = await cast.owner(first_name)
    for sql in (_PROFILE, *_LINES.split(";")):
        await connection.execute(sql.format(id=who.practitioner))
    await _open(who)
    await _pictured(who)
    await cast.hand(who, DossierItem.IDENTITY)
    removed = await connection.row(
        "SELECT id FROM training_shown WHERE practitioner = $1 AND title = 'Formation retirée'",
        who.practitioner,
    )
    assert removed is not None
    await lines.remove(who.practitioner, Kind.TRAINING, removed["id"], now=NOW)
    await _examined(who)
    return who


async def _open(who: Owner) -> None:
    seen = await opening.mark_of(who.practitioner)
    week = [Opening(0, 9 * 60, 12 * 60 + 30)]
    await opening.write_week(who.practitioner, week, is_open=True, seen=seen, now=NOW)


async def _pictured(who: Owner) -> None:
    async with files.receiving(
        owner=who.account,
        purpose=Purpose.PORTRAIT,
        name="moi.jpg",
        limit_bytes=portraits.LIMIT_BYTES,
        now=NOW,
        accepted=files.PICTURES,
    ) as incoming:
        await incoming.write(PICTURE)
        await incoming.finish()
        await portraits.give(who.practitioner, incoming, Crop(), now=NOW)


async def _examined(who: Owner) -> None:
    admin = await connection.row("SELECT id FROM account WHERE is_admin")
    by = admin["id"] if admin else await cast.admin()
    await dossiers.submit(who.practitioner, by=who.account, now=NOW)
    held = await dossiers.dossier_of(who.practitioner)
    await dossiers.note_line(
        who.practitioner,
        DossierItem.MEDIATOR,
        is_delivered=False,
        ground="Le site du médiateur ne s’ouvre pas.",
        by=by,
        revision=held.revision,
        now=NOW,
    )
    await life.list_(who.practitioner, by=by, now=NOW)
    told: dict[str, Any] = {"ground": "signalement", "facts": FACTS, "ends_at": None}
    reference = await delisting.suspend(who.practitioner, by=by, seen=0, now=NOW, **told)
    await contests.contest(reference, CONTESTED, now=NOW)
    await contests.answer(
        reference, "Vous avez raison, sur les deux points.", is_upheld=True, by=by, now=NOW
    )
    seen = await decisions.latest(who.practitioner)
    await delisting.relist(who.practitioner, by=by, seen=seen, now=NOW)


async def portrait_file(who: Owner) -> str:
    """The id of the photograph in place, or nothing."""
    return portraits.file_of(await portraits.portrait_of(who.practitioner))
