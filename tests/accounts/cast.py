"""The people of these tests, made by the product's own verbs, and what they find in their mailbox."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.accounts import acceptances, asking, people, signing_in
from app.accounts.devices import Origin
from app.accounts.signing_in import Entered
from app.database import connection
from app.legal import publishing
from app.legal.tables import Document
from app.post import outbox
from app.post.writing import Written
from tests import factories

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
HOME = Origin(address="192.0.2.10", user_agent=FIREFOX)
ELSEWHERE = Origin(
    address="198.51.100.7",
    user_agent=FIREFOX.replace("Windows NT 10.0; Win64; x64", "X11; Linux x86_64"),
)
PASSWORD = "tortue-lampe-vélo-42"
OTHER_PASSWORD = "nuage-balcon-citron-77"


async def empty() -> None:
    """No account, no mail, no counter; the first version of every text, and no other."""
    await connection.execute(
        "TRUNCATE account, throttle, mail, mail_refused, setting_change, pgqueuer CASCADE"
    )
    await factories.first_texts_only()


async def published(
    document: Document, body: str, *, at: datetime, is_required: bool = True
) -> None:
    await publishing.publish(
        document,
        body,
        effective_at=at,
        is_acceptance_required=is_required,
        summary="",
        by="essai",
        now=at,
    )


async def ticked(now: datetime = NOW) -> dict[str, str]:
    """Every box of the sign-up form, ticked."""
    return {box.key: box.value for box in await acceptances.boxes_of_sign_up(now)}


async def sign_up(email: str = "anne@exemple.fr", *, now: datetime = NOW, **changes: Any) -> None:
    wanted: dict[str, Any] = {
        "first_name": "Anne",
        "last_name": "Dupuis",
        "email": email,
        "password": PASSWORD,
        "boxes": await ticked(now),
        "origin": HOME,
        "now": now,
    }
    await people.sign_up(**(wanted | changes))


async def client(email: str = "anne@exemple.fr", *, now: datetime = NOW, **changes: Any) -> UUID:
    """Somebody who signed up; their address is confirmed, nothing waits in the mailbox."""
    await sign_up(email, now=now, **changes)
    found = await people.at(email)
    assert found is not None
    async with connection.transaction():
        await people.confirm(found.id, now=now)
    await connection.execute("TRUNCATE mail, throttle, pgqueuer")
    return found.id


async def admin(email: str = "ada@exemple.fr", *, now: datetime = NOW) -> UUID:
    return await people.create(
        first_name="Ada", last_name="Byron", email=email, is_admin=True, now=now
    )


async def entered(
    email: str = "anne@exemple.fr",
    password: str = PASSWORD,
    *,
    origin: Origin = HOME,
    now: datetime = NOW,
) -> Entered:
    found = await signing_in.by_password(email, password, origin=origin, now=now)
    assert isinstance(found, Entered)
    return found


class Received(msgspec.Struct):
    kind: str
    to: str
    text: str

    @property
    def token(self) -> str:
        """The token of the link in the mail."""
        found = re.search(r"/liens/([\w-]{43})", self.text)
        assert found is not None, self.text
        return found[1]


async def mailbox(to: str | None = None) -> list[Received]:
    """The mails left for the worker, in order, their hard spaces made plain."""
    found = []
    for line in await connection.rows(
        "SELECT id, kind, to_address, content_sealed FROM mail WHERE $1::text IS NULL OR to_address = $1"
        " ORDER BY queued_at, message_id",
        to,
    ):
        written: Written = outbox.opened(line["id"], line["content_sealed"])
        text = re.sub("[\u00a0\u202f]", " ", written.text)
        found.append(Received(line["kind"], line["to_address"], text))
    return found


async def mail(kind: str, to: str | None = None) -> Received:
    """The only mail of this kind."""
    found = [one for one in await mailbox(to) if one.kind == kind]
    assert len(found) == 1, [one.kind for one in await mailbox(to)]
    return found[0]


async def answer_notes(now: datetime = NOW) -> int:
    """Do what the worker does with the links asked for; answers how many were sent."""
    found = await connection.rows(
        "DELETE FROM pgqueuer WHERE entrypoint = $1 RETURNING payload", asking.LINK_ASKED
    )
    return sum([await asking.answer(line["payload"], now=now) for line in found])


async def evidence(kind: str, subject: UUID | None = None) -> list[dict[str, Any]]:
    """The contents of the entries of this kind, in order; another test may have emptied older ones."""
    found = await connection.rows(
        "SELECT content FROM evidence_entry WHERE kind = $1 AND content IS NOT NULL"
        " AND ($2::uuid IS NULL OR subject_id = $2) ORDER BY id",
        kind,
        subject,
    )
    return [msgspec.json.decode(line["content"]) for line in found]


async def count(table: str) -> int:
    found = await connection.row(f"SELECT count(*) AS n FROM {table}")
    assert found is not None
    number: int = found["n"]
    return number
