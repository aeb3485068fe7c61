"""The contractual order of the results, as a visitor sees it (terms § 3.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import indexed, practitioner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


async def test_complete_profiles_come_first_then_jupiterre_users_then_the_others(
    visitor: Visitor, index_gateway: Any
) -> None:
    """EX-3.2-6."""
    third = await practitioner("Zoé", "Abeille", is_complete=False)
    second = await practitioner("Yann", "Bernard", is_complete=False, is_jupiterre_user=True)
    first = await practitioner("Anne", "Zeller", is_complete=True)
    await indexed(index_gateway)
    seen = await visitor.get("/praticiens")
    assert seen.slugs == [first, second, third]
    assert seen.ranks == [1, 2, 3]
    again = await visitor.get("/praticiens?q=sophrologie")
    assert again.slugs == [first, second, third]
