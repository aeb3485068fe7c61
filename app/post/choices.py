"""The comfort mails a person does not want, and the link at the foot of each that says so without signing in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app import config
from app.database import connection
from app.errors import NotFound, Refused
from app.post.kinds import KINDS, Kind
from app.sealing import signing

_PURPOSE = "desabonnement"


class CannotRefuse(Refused):
    message = "Ces courriels sont nécessaires : ils ne se désactivent pas."


class NoSuchLink(NotFound):
    message = "Ce lien de désabonnement n’est pas complet. Reprenez-le dans votre courriel."


class Choice(msgspec.Struct, frozen=True):
    """Whose mails, and which, a link of unsubscription speaks of."""

    account: UUID
    kind: Kind


async def refuse(account: UUID, kind: str) -> None:
    """No more mails of this kind for `account`; said twice, it is said once. Raises `CannotRefuse`."""
    await connection.execute(
        "INSERT INTO mail_refused (account, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        account,
        _comfort(kind).name,
    )


async def accept(account: UUID, kind: str) -> None:
    """Mails of this kind again. Raises `CannotRefuse` for one that was never a choice."""
    await connection.execute(
        "DELETE FROM mail_refused WHERE account = $1 AND kind = $2", account, _comfort(kind).name
    )


async def refused_by(account: UUID) -> set[str]:
    """The names of the kinds that `account` does not want."""
    found = await connection.rows("SELECT kind FROM mail_refused WHERE account = $1", account)
    return {row["kind"] for row in found}


def unsubscribe_url(account: UUID, kind: Kind) -> str:
    """The address that stops these mails for this account, without signing in; it does not expire."""
    token = signing.sign(_PURPOSE, f"{account}.{kind.name}")
    return f"{config.current().public_url}/desabonnement/{token}"


def choice_of(token: str, now: datetime) -> Choice:
    """What a link of unsubscription speaks of. Raises `NoSuchLink` for one we did not sign."""
    try:
        account, _, name = signing.signed(_PURPOSE, token, max_age=None, now=now).partition(".")
        return Choice(UUID(account), _comfort(name))
    except (signing.BadSignature, ValueError, Refused) as wrong:
        raise NoSuchLink from wrong


def _comfort(name: str) -> Kind:
    kind = KINDS.get(name)
    if kind is None or not kind.is_comfort:
        raise CannotRefuse
    return kind
