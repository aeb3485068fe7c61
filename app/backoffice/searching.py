"""Words typed in a search field, as `LIKE` looks for them, and where: by the indexes of trigrams.

Each text is written as its index has it (migration 0014): written otherwise, no index serves. A word of one or two
letters has no trigram, and is looked for row by row.
"""

from __future__ import annotations

MOST_WORDS = 6

ACCOUNT = (
    "lower(a.first_name || ' ' || a.last_name || ' ' || coalesce(a.email, '') || ' ' || a.id::text)"
)
"""Names, address and number of the account `a`."""
_PRACTITIONER = "lower(p.first_name || ' ' || p.last_name || ' ' || p.trade_name || ' ' || p.slug)"
_LEGAL = "lower(l.email) || ' ' || l.siret"

# One index for each table: the planner joins what they find, rather than the tables.
PRACTITIONER = (
    f"p.id IN (SELECT p.id FROM practitioner p WHERE {_PRACTITIONER} LIKE {{0}}"  # noqa: S608 - written here
    f" UNION SELECT p.id FROM account a JOIN practitioner p ON p.account = a.id WHERE {ACCOUNT} LIKE {{0}}"
    f" UNION SELECT l.practitioner FROM legal_identity l WHERE {_LEGAL} LIKE {{0}})"
)
"""That the practitioner `p`, their account or their legal identity holds the pattern `{0}`."""


def patterns(words: str) -> list[str]:
    """One for each of the first words."""
    return [holding(word) for word in words.lower().split()[:MOST_WORDS]]


def every(condition: str, *, first: int, count: int) -> str:
    """`condition` for each of `count` patterns, the parameters of a query from `$first` on; true without any."""
    each = [condition.format(f"${number}") for number in range(first, first + count)]
    return " AND ".join(each) or "true"


def holding(words: str) -> str:
    """The pattern of what holds `words`, where « % » and « _ » are only themselves."""
    plain = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{plain}%"
