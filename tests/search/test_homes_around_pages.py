"""Who comes to homes from elsewhere, in a place and in what holds it."""

from __future__ import annotations

import pytest

from tests.factories import practitioner
from tests.search.looking import facet, search
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


async def test_nobody_is_lost_by_looking_wider(visitor: Visitor) -> None:
    """Who comes to homes in a town from the next region comes to its department and its region too."""
    coming = await practitioner("Anne", "Abeille", places=(), home_areas=(("07324", 20),))
    far = await practitioner("Anne", "Bleuet", places=(), home_areas=(("07186", 5),))
    for lieu in ("Valence (26)", "26", "Rhône-Alpes", "Auvergne-Rhône-Alpes"):
        assert coming in (await visitor.get(search(lieu=lieu))).slugs
    assert far not in (await visitor.get(search(lieu="26"))).slugs
    south = await practitioner("Anne", "Cas", places=(), home_areas=(("84007", 10),))
    for lieu in ("30", "Languedoc-Roussillon", "Occitanie"):
        assert (await visitor.get(search(lieu=lieu))).slugs == [south]
    everyone = await visitor.get(search())
    assert facet(everyone, "regions", "Occitanie").count == 1
    assert facet(everyone, "regions", "Provence-Alpes-Côte d’Azur").count == 1
    assert facet(everyone, "regions", "Auvergne-Rhône-Alpes").count == 2
