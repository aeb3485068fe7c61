"""The personal space as a person reads it: every part, with what is in it or honestly nothing."""

from __future__ import annotations

import pytest

from tests.space.member import Member

pytestmark = pytest.mark.anyio

PAGES = (
    "/mon-compte",
    "/mon-compte/agenda",
    "/mon-compte/messages",
    "/mon-compte/avis",
    "/mon-compte/donnees",
    "/mon-compte/securite",
    "/mon-compte/securite/acces-non-autorise",
    "/mon-compte/securite/second-facteur",
    "/mon-compte/notifications",
    "/mon-compte/consentements",
    "/mon-compte/preuves",
    "/mon-compte/telecharger",
    "/mon-compte/identite",
    "/mon-compte/demandes",
    "/mon-compte/resilier",
    "/mon-compte/resilier/confirmer",
    "/mon-compte/resilie",
)


@pytest.mark.parametrize("address", PAGES)
async def test_every_part_opens_and_is_kept_to_its_owner(camille: Member, address: str) -> None:
    seen = await camille.open(address)
    assert seen.headers["cache-control"].startswith("private")
    assert seen.attribute("meta[name=robots]", "content") == "noindex"
