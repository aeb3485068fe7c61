"""What every decision about somebody must say (DSA art. 17): a ground of its own list, facts, until when it holds."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta

from app.errors import WrongField
from app.rendering import filters

SHORTEST_FACTS, LONGEST_FACTS = 20, 4_000
LONGEST_SUSPENSION = timedelta(days=732)
"""Two years, the whole of their last day included. An account that nobody uses is closed after so long: a suspension
that lasts longer is an end, which is decided as one. And a year typed wrong would shut somebody out for a century."""


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


def end_of(ends_at: datetime | None, *, begins_at: datetime) -> datetime | None:
    """The end of a suspension (UTC; None: until lifted). Raises `NotAStatement` when it is too early, or too far."""
    if ends_at is None:
        return None
    if ends_at <= begins_at:
        raise NotAStatement("fin", "La fin de la suspension doit suivre son début.")
    if ends_at > begins_at + LONGEST_SUSPENSION:
        raise NotAStatement(
            "fin",
            "Choisissez une fin à deux ans au plus, ou laissez vide pour une suspension sans terme.",
        )
    return ends_at
