"""A small town of practitioners, and somebody who walks through it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.directory.tables import ListingState
from tests.factories import empty_directory, indexed, practitioner
from tests.journeys.walking import Walker
from tests.visitors import Visitor


@pytest.fixture(scope="module")
async def town(site: Any, index_gateway: Any) -> AsyncIterator[dict[str, str]]:
    """Eight practitioners, by first name, in Lyon, Hyères, both Saint-Denis and on screens; the index knows them."""
    await empty_directory(index_gateway)
    people = {
        "Anne": await practitioner(
            "Anne", "Abeille", themes=("mieux-dormir", "gestion-du-stress"), is_remote=True
        ),
        "Basile": await practitioner(
            "Basile", "Brun", practices=("reiki", "shiatsu"), themes=("mieux-dormir",)
        ),
        "Chloé": await practitioner(
            "Chloé",
            "Çelik",
            practices=("naturopathie",),
            themes=("manger-mieux",),
            places=("83069",),
        ),
        "Driss": await practitioner(
            "Driss",
            "Dahan",
            themes=("mieux-dormir",),
            places=("97411",),
            is_complete=False,
            is_jupiterre_user=True,
        ),
        "Esther": await practitioner("Esther", "d’Aubigné", places=("93066",), is_complete=False),
        "Farid": await practitioner(
            "Farid",
            "Fournier",
            practices=("massage-bien-etre",),
            themes=("massages",),
            places=("69383",),
            home_areas=(("69123", 20),),
        ),
        "Garance": await practitioner(
            "Garance", "Gilet", places=(), is_remote=True, themes=("arreter-le-tabac",)
        ),
        "Hugo": await practitioner(
            "Hugo", "Parti", themes=("mieux-dormir",), state=ListingState.DELISTED
        ),
    }
    await indexed(index_gateway)
    yield people
    await empty_directory(index_gateway)


@pytest.fixture
async def walker(site: Any, town: dict[str, str]) -> AsyncIterator[Walker]:
    """Somebody without an account who has just typed the address of the site."""
    async with Visitor(site) as somebody:
        walking = Walker(somebody)
        await walking.open("/")
        yield walking
