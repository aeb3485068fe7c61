"""Proves that a list comes from the operator's own software: signed, recent, and never taken twice (decision 14).

The caller sends `X-Jupiterre-Date`, the time in seconds since 1970 (UTC), and `X-Jupiterre-Signature`, the HMAC-SHA256
in hexadecimal, with JUPITERRE_SECRET, of that number, a full stop and the body: `1795362245.{"customers": …}`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from app import config
from app.database import connection
from app.errors import NotFound, Refused

TOLERANCE = timedelta(minutes=5)
"""Between the two clocks."""


class NotSigned(Refused):
    message = "Signature absente ou fausse."


class NotOfNow(Refused):
    message = "Appel trop ancien, ou d’une horloge qui n’est pas à l’heure."


class Replayed(Refused):
    message = "Cet appel a déjà été reçu."


def signature(secret: str, moment: str, body: bytes) -> str:
    """What the caller computes."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


async def check(moment: str, given: str, body: bytes, *, now: datetime) -> None:
    """Let the call through, once, and remember it.

    Raises `NotFound` without a secret (there is no such door then), `NotSigned`, `NotOfNow`, `Replayed`.
    """
    secret = config.current().jupiterre_secret
    if secret is None:
        raise NotFound
    if not re.fullmatch(r"[0-9]{1,12}", moment) or not re.fullmatch(r"[0-9a-f]{64}", given):
        raise NotSigned
    if not hmac.compare_digest(signature(secret, moment, body), given):
        raise NotSigned
    if abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise NotOfNow
    await connection.execute(
        "DELETE FROM jupiterre_call WHERE received_at < $1", now - 3 * TOLERANCE
    )
    taken = await connection.row(
        "INSERT INTO jupiterre_call (signature, received_at) VALUES ($1, $2)"
        " ON CONFLICT DO NOTHING RETURNING 1 AS one",
        bytes.fromhex(given),
        now,
    )
    if taken is None:
        raise Replayed
