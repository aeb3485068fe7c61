"""Somebody signed in, and forms that do not come from the pages they were shown."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from app.accounts import acceptances, people, sessions
from app.database import connection
from tests.space.member import PASSWORD, Member

pytestmark = pytest.mark.anyio

FIELDS = [
    ("prenom", "Pirate"),
    ("nom", "Pirate"),
    ("courriel", "pirate@exemple.example"),
    ("mot_de_passe", PASSWORD),
    ("mot_de_passe_nouveau", "quatre lanternes jaunes bavardent"),
    ("mot_de_passe_codes", PASSWORD),
    ("mot_de_passe_retrait", PASSWORD),
    ("droit", "effacement"),
    ("raison", ""),
]


def unsafe(site: Any) -> list[str]:
    """The addresses of every form that somebody signed in may send, here and in the rest of the site."""
    found = []
    for route in site.routes:
        for method, (handler, _) in route.route_handler_map.items():
            if method not in ("GET", "OPTIONS") and not handler.opt.get("csrf_exempt"):
                found.append(re.sub(r"\{\w+:uuid\}", str(uuid4()), route.path))
    return [re.sub(r"\{\w+:\w+\}", "1", path) for path in found]


async def _standing(member: Member) -> tuple[Any, ...]:
    counted = await connection.row("SELECT count(*) AS n FROM evidence_entry")
    assert counted is not None
    return (
        await people.person(member.account),
        await acceptances.of(member.account),
        len(await sessions.of(member.account, current=None, now=member.signed_in_at)),
        counted["n"],
    )


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("", {"sec-fetch-site": "cross-site"}),
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", {}),
        ("mine", {"sec-fetch-site": "cross-site"}),
        ("mine", {"sec-fetch-site": "same-site"}),
        ("somebody else's", {}),
    ],
)
async def test_no_form_works_without_its_token_nor_from_another_site(
    site: Any, camille: Member, dominique: Member, token: str, headers: dict[str, str]
) -> None:
    """Every unsafe route of the site, by somebody signed in: nothing is done, nothing is written."""
    await camille.open("/mon-compte/securite")
    await dominique.open("/mon-compte/securite")
    given = {"mine": camille.token(), "somebody else's": dominique.token()}.get(token, token)
    before = await _standing(camille)
    addresses = unsafe(site)
    assert len(addresses) > 20
    for address in addresses:
        answer = await camille.post(address, [*FIELDS, ("jeton", given)], **headers)
        assert answer.status in (403, 404), (address, answer.status)
    assert await _standing(camille) == before


async def test_a_token_shown_before_the_session_ended_is_worth_nothing_after(
    camille: Member,
) -> None:
    await camille.open("/mon-compte/donnees")
    pairs = camille.held("/mon-compte/donnees")
    await sessions.end_all(camille.account)
    answer = await camille.post("/mon-compte/donnees", pairs)
    assert answer.status == 403
    assert (await people.person(camille.account)).first_name == "Camille"
