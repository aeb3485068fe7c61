"""Where a request comes from: an address, a browser in words, and whether the account has seen it before."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from ua_parser import parse

from app.database import connection
from app.sealing import signing

KNOWN_FOR = timedelta(days=395)
"""Thirteen months, the longest a cookie may last (CNIL)."""

_LONGEST_READ = 400
_SYSTEMS = {"Mac OS X": "Mac", "Chrome OS": "ChromeOS"}
_BROWSERS = {
    "Mobile Safari": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
}


class Origin(msgspec.Struct, frozen=True):
    """What a request says of itself. `device_token` and `session_token`: its cookies, if any."""

    address: str
    user_agent: str = ""
    device_token: str | None = None
    session_token: str | None = None

    def traces(self) -> dict[str, str]:
        """For the evidence of authentication only, kept twelve months."""
        browser = "".join(c for c in self.user_agent[:_LONGEST_READ] if c.isprintable())
        return {"adresse_ip": self.address, "navigateur": browser}


def label(user_agent: str) -> str:
    """« Firefox sur Windows »; the words say no version, which would change every month."""
    found = parse(user_agent[:_LONGEST_READ])
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    words = _BROWSERS.get(browser, browser) or "Navigateur inconnu"
    return (f"{words} sur {_SYSTEMS.get(system, system)}" if system else words)[:120]


async def is_known(account: UUID, token: str) -> bool:
    """Whether this browser has signed in to the account before."""
    found = await connection.row(
        "SELECT 1 AS one FROM known_device WHERE account = $1 AND token_hash = $2",
        account,
        signing.digest(token),
    )
    return found is not None


async def known_to(account: UUID) -> list[bytes]:
    """The hashes of the tokens of the browsers that have signed in to the account."""
    found = await connection.rows("SELECT token_hash FROM known_device WHERE account = $1", account)
    return [line["token_hash"] for line in found]


async def remember(account: UUID, token: str | None, *, now: datetime) -> tuple[str, bool]:
    """Note that this browser signs in: its token (a new one for who had none), and whether a mail is due:
    the browser is new, and not the account's first."""
    kept = token or signing.token()
    found = await connection.row(
        "WITH others AS (SELECT count(*) AS n FROM known_device WHERE account = $1),"
        " noted AS (INSERT INTO known_device (account, token_hash, seen_at) VALUES ($1, $2, $3)"
        "  ON CONFLICT (account, token_hash) DO UPDATE SET seen_at = excluded.seen_at"
        "  RETURNING xmax = 0 AS is_new)"
        " SELECT noted.is_new AND others.n > 0 AS is_surprising FROM noted, others",
        account,
        signing.digest(kept),
        now,
    )
    return kept, bool(found and found["is_surprising"])


async def forget_all(account: UUID) -> None:
    await connection.execute("DELETE FROM known_device WHERE account = $1", account)


async def tidy(now: datetime) -> int:
    """Drop the browsers whose cookie is over; answers how many."""
    gone = await connection.rows(
        "DELETE FROM known_device WHERE seen_at < $1 RETURNING id", now - KNOWN_FOR
    )
    return len(gone)
