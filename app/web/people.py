"""Who is asking: what every page may know of the person signed in, read once a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection


class SignedIn(msgspec.Struct, frozen=True):
    """The person and the sign-in session of a request.

    `has_second_factor`: the session was opened with a one-time code too; `proven_at` (UTC): when the person last
    proved who they are; `pending`: ids of the document versions they have still to accept; `practitioner`: the number
    of the practitioner this account is of.
    """

    account_id: UUID
    session_id: UUID
    email: str
    first_name: str
    last_name: str
    is_admin: bool
    has_second_factor: bool
    proven_at: datetime
    is_email_confirmed: bool
    pending: tuple[int, ...] = ()
    practitioner: int | None = None


Loader = Callable[[str, datetime], Awaitable[SignedIn | None]]
"""From the token of a sign-in session and now (UTC) to the person; main gives it, this room knows no account."""


def asking(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn | None:
    """Who asks, or None; also on a page of errors, which no route has answered."""
    found: SignedIn | None = connection.scope.get("user")
    return found


def me(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn:
    """Who asks, behind a guard; raises `RuntimeError` where the guard was forgotten."""
    found = asking(connection)
    if found is None:
        raise RuntimeError("this route needs the guard `signed_in`")
    return found
