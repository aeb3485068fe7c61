"""What ends: reminders thirty days, seven days before and on the day, each once; then what lapses (EX-3.1-11, E28).

An insurance or a certificate that has ended loses its criterion and is told to the practitioner and to the
administrators; the page stays (decision 8).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from app.database import connection
from app.listing import telling
from app.listing.items import BY_KEY
from app.listing.tables import DossierItem
from app.rendering.moments import day_of

BEFORE = (30, 7, 0)
"""Days before the last one."""
SOON = timedelta(days=BEFORE[0])
LAPSED = -1
"""What stands for `days_before` once it is over."""
_FIRST = date(1950, 1, 1)
"""No form takes a day before."""

_WORDS = {
    DossierItem.INSURANCE: "Votre assurance civile professionnelle",
    DossierItem.CERTIFICATES: "Un de vos justificatifs de formation",
    DossierItem.MEDIATOR: "Votre adhésion au médiateur de la consommation",
}
_CONSEQUENCE = {
    DossierItem.INSURANCE: "Sans nouvelle attestation, votre profil ne sera plus complet : votre page restera"
    " visible, après les profils complets.",
    DossierItem.CERTIFICATES: "Sans nouveau justificatif, les pratiques qu’il couvre n’en auront plus et votre"
    " profil ne sera plus complet.",
    DossierItem.MEDIATOR: "Sans médiateur, vos informations légales ne seront plus complètes, et votre profil non"
    " plus.",
}

# What ends last counts: an insurance renewed in advance ends with its successor; a practice covered twice, with the
# later certificate.
_ENDING = """
WITH ends AS (
  SELECT practitioner, 'insurance' AS item, max(ends_on) AS ends_on
  FROM insurance WHERE NOT is_awaited GROUP BY practitioner
  UNION ALL
  SELECT practitioner, 'mediator', ends_on FROM mediator WHERE ends_on IS NOT NULL
  UNION ALL
  SELECT practitioner, 'certificates', min(ends_on) FROM (
    SELECT t.practitioner, c.practice, max(coalesce(t.ends_on, 'infinity')) AS ends_on
    FROM training_certificate t JOIN certificate_coverage c ON c.certificate = t.id
    JOIN practice_offered o ON o.practitioner = t.practitioner AND o.practice = c.practice
    WHERE NOT t.is_awaited
      AND t.practitioner IN (SELECT practitioner FROM training_certificate WHERE ends_on <= $2)
    GROUP BY t.practitioner, c.practice) covered
  WHERE ends_on < 'infinity' GROUP BY practitioner
)
SELECT e.practitioner, e.item, e.ends_on FROM ends e JOIN practitioner p ON p.id = e.practitioner
WHERE p.listing_state IN ('listed', 'suspended', 'submitted')
  AND (p.listing_ends_at IS NULL OR p.listing_ends_at > $3)
  AND e.ends_on BETWEEN $1 AND $2 AND ($4::int IS NULL OR e.practitioner = $4)
ORDER BY e.ends_on, e.practitioner, e.item
"""


class Ending(msgspec.Struct, frozen=True):
    """Something of a dossier that ends, or has ended, on the day `ends_on` (its last)."""

    practitioner: int
    item: DossierItem
    ends_on: date

    def days_left(self, today: date) -> int:
        return (self.ends_on - today).days


async def pressing(now: datetime, practitioner: int | None = None) -> list[Ending]:
    """What has ended or ends within thirty days, of those whom it concerns (or of one); the soonest first."""
    return await _ending(_FIRST, day_of(now) + SOON, now, practitioner)


async def soon(now: datetime) -> list[Ending]:
    """What ends within thirty days."""
    today = day_of(now)
    return await _ending(today, today + SOON, now)


async def lapsed(now: datetime) -> list[Ending]:
    """What has ended: « justificatifs expirés »."""
    return await _ending(_FIRST, day_of(now) - timedelta(days=1), now)


async def _ending(
    first: date, last: date, now: datetime, practitioner: int | None = None
) -> list[Ending]:
    """Between these days, both included."""
    found = await connection.rows(_ENDING, first, last, now, practitioner)
    return [Ending(row["practitioner"], DossierItem(row["item"]), row["ends_on"]) for row in found]


async def remind(now: datetime) -> int:
    """Send each reminder that is due and was not sent; answers how many. Run twice at once, each leaves once.

    After days without a run, only the most pressing one is sent, once.
    """
    today, sent = day_of(now), 0
    for one in await soon(now):
        left = one.days_left(today)
        due = min(days for days in BEFORE if days >= left)
        async with connection.transaction():
            if await telling.is_first(*_key(one), due, now):
                sent += 1
                await telling.tell(
                    "expiring",
                    one.practitioner,
                    now,
                    item=_WORDS[one.item],
                    ends_on=one.ends_on,
                    days=left,
                    consequence=_CONSEQUENCE[one.item],
                    path=BY_KEY[one.item].url,
                )
    return sent


async def tell_lapsed(now: datetime) -> list[int]:
    """Say once, to the practitioner and the administrators, that something has ended; answers to whom it was said."""
    told = []
    for one in await lapsed(now):
        async with connection.transaction():
            if await telling.is_first(*_key(one), LAPSED, now):
                told.append(one.practitioner)
                await telling.tell(
                    "lapsed",
                    one.practitioner,
                    now,
                    item=_WORDS[one.item],
                    ends_on=one.ends_on,
                    consequence=_CONSEQUENCE[one.item],
                    path=BY_KEY[one.item].url,
                )
                words = f"{BY_KEY[one.item].title} : terminé"
                await telling.alert_admins(words, one.practitioner, now)
    return told


def _key(one: Ending) -> tuple[int, DossierItem, date]:
    return one.practitioner, one.item, one.ends_on
