"""What somebody reads on the page of a practitioner."""

from __future__ import annotations

import json
from typing import Any

from tests.visitors import Seen, Visitor, folded

NOTICE = (
    "Les praticiens du bien-être ne sont pas des professionnels de santé ;"
    " leurs séances ne remplacent ni un diagnostic ni un traitement médical."
)


async def read(visitor: Visitor, slug: str) -> Seen:
    seen = await visitor.get(f"/praticiens/{slug}")
    assert seen.status == 200
    return seen


def pairs(seen: Seen, selector: str) -> dict[str, str]:
    """What a list of definitions says: name to value."""
    found = {}
    for node in seen.all(f"{selector} > div"):
        name, value = node.css_first("dt"), node.css_first("dd")
        assert name is not None
        assert value is not None
        found[folded(name.text())] = folded(value.text())
    return found


def data(seen: Seen) -> dict[str, Any]:
    node = seen.tree.css_first('script[type="application/ld+json"]')
    assert node is not None
    found: dict[str, Any] = json.loads(node.text())
    return found
