"""Errors as people read them: in French, as a page or as a fragment, without a word of what happened inside."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import asyncpg
import structlog
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from msgspec import Struct

from app.errors import Gone, NotFound, Refused, TooMany, Unavailable
from app.storage.files import TooBig
from app.web import csrf, going
from app.web.pages import is_fragment, page

_log = structlog.get_logger("web")


class Way(Struct, frozen=True):
    label: str
    url: str


WAYS_OUT = [
    Way("Trouver un praticien", "/praticiens"),
    Way("Parcourir les thématiques", "/thematiques"),
    Way("Revenir à l’accueil", "/"),
]
WORDS: dict[int, tuple[str, str]] = {
    400: (
        "Demande incomprise",
        "Cette adresse ou ce formulaire contient quelque chose que nous ne comprenons pas.",
    ),
    403: ("Accès refusé", "Cette action ne vous est pas ouverte."),
    404: ("Page introuvable", NotFound.message),
    405: ("Action impossible ici", "Cette adresse ne permet pas cette action."),
    409: ("Action impossible", Refused.message),
    408: (
        "Envoi interrompu",
        "L’envoi s’est arrêté en chemin : rien n’a été enregistré. Vérifiez votre connexion, puis recommencez.",
    ),
    410: ("Page retirée", Gone.message),
    413: ("Envoi trop lourd", "Ce que vous envoyez dépasse la taille acceptée."),
    414: ("Adresse trop longue", "Cette adresse est trop longue pour être comprise."),
    429: (
        "Trop de demandes",
        "Vous avez fait beaucoup de demandes en peu de temps. Réessayez dans une minute.",
    ),
    500: (
        "Une erreur est survenue",
        "Elle vient de nous, pas de vous. Elle est notée ; réessayez dans un instant.",
    ),
    503: ("Service momentanément indisponible", Unavailable.message),
}
_KINDS: tuple[tuple[type[Exception], int], ...] = (
    (Gone, 410),
    (NotFound, 404),
    (TooMany, 429),
    (TooBig, 413),
    (Refused, 409),
    (Unavailable, 503),
    (csrf.FromElsewhere, 403),
)
_OUTAGES = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    ConnectionError,
    FileNotFoundError,  # the socket of a server that is not there
    socket.gaierror,  # its name leads nowhere
    asyncio.TimeoutError,
)


def handle(request: Request[Any, Any, Any], failure: Exception) -> Response[bytes]:
    """The answer to any exception; what is not expected is logged with the request's number."""
    if isinstance(failure, going.Elsewhere):
        return going.go(request, failure.url)
    if isinstance(failure, csrf.FormExpired):
        return _expired(request, failure)
    status, message = _told(failure)
    number = request.scope.get("state", {}).get("request_id", "")
    if status == 500:
        _log.exception("failure", id=number, exc_info=failure)
    elif status == 503:
        # asyncpg says « interface » of a lost pool and of a wrong call alike: the second must be seen.
        trace = failure if isinstance(failure, asyncpg.InterfaceError) else None
        _log.warning("unavailable", id=number, cause=type(failure).__name__, exc_info=trace)
    title, sentence = WORDS[status]
    headers = {"retry-after": "30"} if status in (429, 503) else {}
    if status in (408, 413):
        headers["connection"] = "close"  # the rest of what is sent is not listened to
    if isinstance(failure, TooMany):
        headers["retry-after"] = str(failure.seconds)
    if isinstance(failure, HTTPException) and failure.headers:
        allow = {name.lower(): value for name, value in dict(failure.headers).items()}.get("allow")
        headers |= {"allow": allow} if allow else {}
    try:
        return _page(request, status, title, message or sentence, number, headers)
    except Exception as second:  # noqa: BLE001  # the page of errors must not fail in its turn
        _log.exception("failure", id=number, exc_info=second)
        plain = (
            f"<!DOCTYPE html><html lang=fr><title>{title}</title><h1>{title}</h1><p>{sentence}</p>"
        )
        return Response(plain.encode(), status_code=status, media_type=MediaType.HTML)


def _expired(request: Request[Any, Any, Any], failure: csrf.FormExpired) -> Response[bytes]:
    """« Renvoyer » with all that was typed, secrets excepted; in a part of a page, what is typed is still there."""
    title = "Votre session est terminée" if failure.is_signed_out else "Ce formulaire a expiré"
    if is_fragment(request):
        sentence = "Rien n’a été enregistré. Rechargez la page, puis recommencez."
        return _page(request, 403, title, sentence, "", {})
    return page(
        request,
        "errors/expired.html",
        title=title,
        is_indexable=False,
        status=403,
        fields=failure.fields,
        address=going.asked(request),
        is_signed_out=failure.is_signed_out,
        steps=WAYS_OUT,
    )


def _page(
    request: Request[Any, Any, Any],
    status: int,
    title: str,
    message: str,
    number: str,
    headers: dict[str, str],
) -> Response[bytes]:
    return page(
        request,
        "errors/_error.html" if is_fragment(request) else "errors/error.html",
        title=title,
        is_indexable=False,
        status=status,
        headers=headers,
        message=message,
        # A reference only helps to find what went wrong on our side.
        request_id=number if status >= 500 else "",
        steps=WAYS_OUT,
    )


def _told(failure: Exception) -> tuple[int, str]:
    """The status of `failure`, and its own French sentence when it has one."""
    for kind, status in _KINDS:
        if isinstance(failure, kind):
            return status, str(getattr(failure, "message", ""))
    # A bare OSError: several addresses for the server's name, and none of them answers.
    if isinstance(failure, _OUTAGES) or type(failure) is OSError:
        return 503, ""
    if isinstance(failure, UnicodeDecodeError):
        return 400, ""
    if isinstance(failure, HTTPException):
        status = failure.status_code
        return (status if status in WORDS else 400 if status < 500 else 500), ""
    return 500, ""
