"""What every decision about somebody must say (DSA art. 17): a ground of its own list, and facts."""

from __future__ import annotations

from collections.abc import Container

from app.errors import WrongField
from app.rendering import filters

SHORTEST_FACTS, LONGEST_FACTS = 20, 4_000


class NotAStatement(WrongField):
    """The decision lacks what its statement of reasons must say."""


def facts_of(ground: str, facts: str, grounds: Container[str]) -> str:
    """The facts as they are kept. Raises `NotAStatement` without them, or for a ground out of `grounds`."""
    said = facts.strip()
    if ground not in grounds:
        raise NotAStatement("motif", "Choisissez le motif de la décision.")
    if not SHORTEST_FACTS <= len(said) <= LONGEST_FACTS:
        raise NotAStatement(
            "faits",
            f"Exposez les faits en {SHORTEST_FACTS} caractères au moins, {filters.count(LONGEST_FACTS)} au plus.",
        )
    return said
