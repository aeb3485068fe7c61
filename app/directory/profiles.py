"""What a practitioner writes of themself: headline, presentation, welcome, terms. Shown as written (terms § 3.1).

And the link of their séances at a distance, which is shown to nobody here: it opens the room where people talk.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.database import connection
from app.directory import editing, links, vocabulary
from app.directory.editing import Block, refuse
from app.sealing import sealing

LONGEST_PRESENTATION = 5_000
LONGEST_TERMS = 2_000
LONGEST_LINK = 1_000
HEADLINE = (10, 120)


class Headline(msgspec.Struct, frozen=True):
    headline: str = ""


class Presentation(msgspec.Struct, frozen=True):
    presentation: str = ""


class Welcome(msgspec.Struct, frozen=True):
    """Who is welcomed, how one gets in, in which languages; the keys of the closed lists of `vocabulary`."""

    audience: list[str] = []
    access: str = ""
    languages: list[str] = []


class Terms(msgspec.Struct, frozen=True):
    """What happens when a client cancels, and how one pays."""

    cancellation_terms: str = ""
    payment_methods: list[str] = []


class Remote(msgspec.Struct, frozen=True):
    """The private link of the séances at a distance."""

    link: str = ""


def too_long(text: str, limit: int) -> str:
    """The sentence for a text over `limit` characters, or nothing."""
    if len(text) <= limit:
        return ""
    return f"Ce texte compte {len(text)} caractères : il en faut {limit} au plus."


# ---- headline and presentation ------------------------------------------------------------------


async def headline_of(practitioner: int) -> Headline:
    found = await connection.row(
        "SELECT headline FROM profile WHERE practitioner = $1", practitioner
    )
    return Headline(found["headline"]) if found else Headline()


async def write_headline(practitioner: int, written: Headline, *, seen: str, now: datetime) -> None:
    """Raises `Refusals` or `Overtaken`."""
    shortest, longest = HEADLINE
    is_short = 0 < len(written.headline) < shortest
    sentence = f"Quelques mots de plus : {shortest} caractères au moins." if is_short else ""
    refuse({"titre": sentence or too_long(written.headline, longest)})
    async with editing.edit_block(practitioner, Block.HEADLINE, seen=seen, now=now):
        await connection.execute(
            "UPDATE profile SET headline = $2 WHERE practitioner = $1",
            practitioner,
            written.headline,
        )


async def presentation_of(practitioner: int) -> Presentation:
    found = await connection.row(
        "SELECT presentation FROM profile WHERE practitioner = $1", practitioner
    )
    return Presentation(found["presentation"]) if found else Presentation()


async def write_presentation(
    practitioner: int, written: Presentation, *, seen: str, now: datetime
) -> None:
    """Raises `Refusals` or `Overtaken`."""
    refuse({"presentation": too_long(written.presentation, LONGEST_PRESENTATION)})
    async with editing.edit_block(practitioner, Block.PRESENTATION, seen=seen, now=now):
        await connection.execute(
            "UPDATE profile SET presentation = $2 WHERE practitioner = $1",
            practitioner,
            written.presentation,
        )


# ---- welcome and terms --------------------------------------------------------------------------


async def welcome_of(practitioner: int) -> Welcome:
    found = await connection.row(
        "SELECT audience, access, languages FROM profile WHERE practitioner = $1", practitioner
    )
    if found is None:
        return Welcome()
    return Welcome(list(found["audience"] or []), found["access"], list(found["languages"] or []))


async def write_welcome(practitioner: int, written: Welcome, *, seen: str, now: datetime) -> None:
    """Raises `Refusals` or `Overtaken`."""
    unknown = "Choisissez dans la liste."
    refuse(
        {
            "public": "" if set(written.audience) <= set(vocabulary.AUDIENCE) else unknown,
            "acces": "" if written.access in ("", *vocabulary.ACCESS) else unknown,
            "langues": "" if set(written.languages) <= set(vocabulary.LANGUAGES) else unknown,
        }
    )
    async with editing.edit_block(practitioner, Block.WELCOME, seen=seen, now=now):
        await connection.execute(
            "UPDATE profile SET audience = $2, access = $3, languages = $4 WHERE practitioner = $1",
            practitioner,
            [key for key in vocabulary.AUDIENCE if key in written.audience],
            written.access,
            [language for language in vocabulary.LANGUAGES if language in written.languages],
        )


async def terms_of(practitioner: int) -> Terms:
    found = await connection.row(
        "SELECT cancellation_terms, payment_methods FROM profile WHERE practitioner = $1",
        practitioner,
    )
    if found is None:
        return Terms()
    return Terms(found["cancellation_terms"], list(found["payment_methods"] or []))


async def write_terms(practitioner: int, written: Terms, *, seen: str, now: datetime) -> None:
    """Raises `Refusals` or `Overtaken`."""
    is_known = set(written.payment_methods) <= set(vocabulary.PAYMENT)
    refuse(
        {
            "annulation": too_long(written.cancellation_terms, LONGEST_TERMS),
            "paiements": "" if is_known else "Choisissez dans la liste.",
        }
    )
    async with editing.edit_block(practitioner, Block.TERMS, seen=seen, now=now):
        await connection.execute(
            "UPDATE profile SET cancellation_terms = $2, payment_methods = $3 WHERE practitioner = $1",
            practitioner,
            written.cancellation_terms,
            [key for key in vocabulary.PAYMENT if key in written.payment_methods],
        )


# ---- séances at a distance ----------------------------------------------------------------------


async def remote_of(practitioner: int) -> Remote:
    """For its practitioner, and later for clients with an appointment at a distance. Raises `sealing.CannotOpen`."""
    found = await connection.row(
        "SELECT remote_link_sealed AS sealed FROM profile WHERE practitioner = $1", practitioner
    )
    if found is None or found["sealed"] is None:
        return Remote()
    plain = sealing.open_sealed(found["sealed"], context=sealed_for(practitioner))
    return Remote(plain.decode())


async def lacks_remote_link(practitioner: int) -> bool:
    """Whether séances at a distance are offered, and clients would not know where to go."""
    found = await connection.row(
        "SELECT FROM profile f WHERE f.practitioner = $1 AND f.remote_link_sealed IS NULL"
        " AND EXISTS (SELECT FROM service s WHERE s.practitioner = $1 AND s.is_active"
        "   AND 'remote' = ANY (s.modes))",
        practitioner,
    )
    return found is not None


async def write_remote(practitioner: int, written: Remote, *, seen: str, now: datetime) -> None:
    """Raises `Refusals` or `Overtaken`."""
    link = links.https(written.link, longest=LONGEST_LINK) if written.link else ""
    refuse({"lien": "Un lien entier, qui commence par https://" if link is None else ""})
    sealed = sealing.seal(link.encode(), context=sealed_for(practitioner)) if link else None
    async with editing.edit_block(practitioner, Block.REMOTE, seen=seen, now=now):
        await connection.execute(
            "UPDATE profile SET remote_link_sealed = $2 WHERE practitioner = $1",
            practitioner,
            sealed,
        )


def sealed_for(practitioner: object) -> str:
    """What binds the link to its profile."""
    return f"remote_link:{practitioner}"
