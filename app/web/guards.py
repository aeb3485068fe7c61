"""Who may open a route. Absence and prohibition look the same from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request

from app.errors import NotFound, Unavailable
from app.web import csrf, forms, going, pace
from app.web.pages import is_fragment
from app.web.people import SignedIn, asking, me
from app.web.sessions import FAILURE

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

SIGN_IN = "/connexion"
SECOND_FACTOR = "/connexion/code"
TO_ACCEPT = "/documents/a-accepter"
OPEN_WHILE_PENDING = {"is_open_while_pending": True}
"""`opt=` of the pages open before a new version of a document is accepted: one's own data, closing, the texts."""


async def whole_site(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """What every page asks, before its own guards: a human pace, a form of ours, the documents in force accepted.

    One guard for the three: the framework copies the handler for each, and runs in a thread those that do not wait.
    """
    pace.checked(connection)
    if "\x00" in connection.scope["path"]:
        raise NotFound  # nothing is called so, and the database refuses to look
    await csrf.checked(connection, handler)
    up_to_date(connection, handler)


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Somebody signed in. Others go and sign in, then come back; what they had typed waits on the way.

    Raises `Elsewhere`, `FormExpired`, or `Unavailable` when sign-in sessions cannot be read.
    """
    await _person(connection)


async def admin_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """An administrator, whose session was opened with a one-time code; for anybody else there is nothing here."""
    person = await _person(connection)
    if not person.is_admin:
        raise NotFound
    if not person.has_second_factor:
        raise going.Elsewhere(going.with_return(SECOND_FACTOR, _back(connection)))


async def practitioner_only(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """A practitioner, listed or not yet; for another account there is nothing here."""
    person = await _person(connection)
    if person.practitioner is None:
        raise NotFound


def practitioner(connection: ASGIConnection[Any, Any, Any, Any]) -> int:
    """The practitioner who asks, behind `practitioner_only`; raises `RuntimeError` where the guard was forgotten."""
    found = me(connection).practitioner
    if found is None:
        raise RuntimeError("this route needs the guard `practitioner_only`")
    return found


def up_to_date(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """On the whole site, a new version of a document is shown first (terms § 15).

    Never in the way of a form, nor of a part of a page; nor of the pages marked `OPEN_WHILE_PENDING`.
    """
    person = asking(connection)
    if person is None or not person.pending or handler.opt.get("is_open_while_pending"):
        return
    request = _request(connection)
    if request.method == "GET" and not is_fragment(request):
        raise going.Elsewhere(going.with_return(TO_ACCEPT, _back(connection)))


async def _person(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn:
    if FAILURE in connection.scope["state"]:
        raise Unavailable from connection.scope["state"][FAILURE]
    person = asking(connection)
    if person is not None:
        return person
    request = _request(connection)
    if request.method in csrf.SAFE_METHODS:
        raise going.Elsewhere(going.with_return(SIGN_IN, _back(connection)))
    raise csrf.FormExpired((await forms.read(request)).kept, is_signed_out=True)


def _back(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    return going.asked(_request(connection))


def _request(connection: ASGIConnection[Any, Any, Any, Any]) -> Request[Any, Any, Any]:
    assert isinstance(connection, Request)  # noqa: S101  # what the framework gives to the guards of a route
    return connection
