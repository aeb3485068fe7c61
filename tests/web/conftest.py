"""The site as the server serves it, with doors that fail in every way."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from app.errors import Gone, NotFound, Refused, Unavailable
from app.web import csrf
from app.web.headers import Surroundings

SECRET = "SECRET-4711 in /srv/monpro/secret.py, camille@exemple.example"
"""What an exception may say, and no answer may repeat."""


class PlaceTaken(Refused):
    message = "Cette place vient d’être prise."


class NobodyHere(NotFound):
    message = "Nous ne trouvons personne à ce nom."


class Closed(Gone):
    message = "Ce cabinet a fermé."


class Resting(Unavailable):
    message = "Le facteur se repose."


FAILURES: dict[str, Exception] = {
    "refus": PlaceTaken(),
    "personne": NobodyHere(),
    "ferme": Closed(),
    "repos": Resting(),
    "defaut": RuntimeError(SECRET),
    "adresse": UnicodeDecodeError("utf-8", b"\xff", 0, 1, SECRET),
}


@get("/essai/statut/{code:int}")
async def by_status(code: FromPath[int]) -> None:
    raise HTTPException(status_code=code, detail=SECRET)


@get("/essai/echec/{name:str}")
async def by_name(name: FromPath[str]) -> None:
    raise FAILURES[name]


@post("/essai/envoi", status_code=200, opt=csrf.EXEMPT)
async def sent(request: Request[Any, Any, Any]) -> Response[bytes]:
    return Response(str(len(await request.body())).encode())


@pytest.fixture
def served(site: Any) -> Surroundings:
    return Surroundings(site, is_production=False)


@pytest.fixture(scope="session")
def failing(own_database: str) -> Surroundings:
    """The same program, whose doors under /essai fail; it has no part that could be down."""
    from app import main

    app = main.create_app()
    for door in (by_status, by_name, sent):
        app.register(door)
    return Surroundings(app, is_production=False)
