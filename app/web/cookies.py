"""Cookies as they are sent: never readable by a script, bound to this host and to https in production."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar.datastructures import Cookie

from app import config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar.connection import ASGIConnection

_LEAVING = "cookies_leaving"


def named(name: str) -> str:
    """The cookie's name on the wire: `__Host-` has browsers refuse it without https, or set by another host."""
    return f"__Host-{name}" if config.current().is_production else name


def read(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str:
    """The value of the cookie `name`, or an empty text."""
    return connection.cookies.get(named(name), "")


def leave(
    connection: ASGIConnection[Any, Any, Any, Any],
    name: str,
    value: str,
    *,
    seconds: int | None = None,
) -> None:
    """Have the answer to this request set the cookie `name`, for `seconds`, else until the browser closes.

    Whatever the answer is: a page, a redirection, or one kept from before, which holds no cookie itself.
    """
    cookie = Cookie(
        key=named(name),
        value=value,
        max_age=seconds,
        path="/",
        secure=config.current().is_production,
        httponly=True,
        samesite="lax",
    )
    leaving: dict[str, str] = connection.scope["state"].setdefault(_LEAVING, {})
    leaving[name] = cookie.to_header(header="")


def withdraw(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> None:
    """Have the answer to this request erase the cookie `name`."""
    leave(connection, name, "", seconds=0)


def leaving(state: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    """The headers of what was left and withdrawn."""
    return [(b"set-cookie", value.encode("ascii")) for value in state.get(_LEAVING, {}).values()]


def is_leaving(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> bool:
    return name in connection.scope["state"].get(_LEAVING, {})
