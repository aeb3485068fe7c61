"""Passwords: the rule, their strength in words, and the only place that hashes them (Argon2id).

Rule of the CNIL (délibération 2022-100), for access with a limited number of tries: 50 bits, held here with a margin.
"""

from __future__ import annotations

import asyncio
import base64
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from argon2 import Parameters, PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from app import config
from app.accounts import guessing
from app.database import connection
from app.errors import Refused, Unavailable

SHORTEST = 12
SHORTEST_PRIVILEGED = 14
"""Practitioners and administrators."""
LONGEST = 128
ENOUGH = 3
"""zxcvbn's score, of 4."""

HASHES_AT_ONCE = 2
"""In one process. Each takes 64 MiB: however many people sign in together, a process gives 128 MiB to it."""
MOST_WAITING = 40
"""Sign-ins waiting for their turn; beyond (some two seconds), « try again » is a better answer."""

TYPE_AGAIN = "Tapez-le de nouveau : la page ne garde jamais un mot de passe."
"""Said beside the password of a form that was refused for something else, which comes back without it."""

T = TypeVar("T")

SITE_WORDS = ("monprodubienetre", "bien-être", "naturo", "boite naturo")


class WeakPassword(Refused):
    message = "Ce mot de passe est trop facile à deviner."


class TooBusy(Unavailable):
    message = "Beaucoup de personnes se connectent en ce moment. Réessayez dans un instant."


class Strength(msgspec.Struct, frozen=True):
    """How good a password is: `score` from 0 to 4, in words, what is missing, and whether the rule is met."""

    score: int
    label: str
    advice: tuple[str, ...]
    is_accepted: bool


LABELS = ("Très faible", "Faible", "Insuffisant", "Bon", "Très bon")


def strength(password: str, about: Sequence[str] = (), *, shortest: int = SHORTEST) -> Strength:
    """The strength of `password` for somebody whose address and names are `about`. Long: call `strength_of`."""
    text = normal(password)
    missing = _missing(text, about, shortest)
    score = guessing.score(text, [*about, *SITE_WORDS])
    if score < ENOUGH or guessing.is_common(text):
        score = min(score, ENOUGH - 1)
        missing.append("Ajoutez des mots sans lien entre eux : trois ou quatre suffisent.")
    shown = min(score, ENOUGH - 1) if missing else score
    return Strength(shown, LABELS[shown], tuple(missing), not missing)


async def strength_of(
    password: str, about: Sequence[str] = (), *, shortest: int = SHORTEST
) -> Strength:
    """`strength`, in a thread."""
    return await asyncio.to_thread(strength, password, about, shortest=shortest)


async def refuse_weak(password: str, about: Sequence[str], *, shortest: int = SHORTEST) -> None:
    """Raise `WeakPassword`, saying all that is missing, unless `password` meets the rule."""
    found = await strength_of(password, about, shortest=shortest)
    if not found.is_accepted:
        raise WeakPassword(" ".join(found.advice))


def _missing(text: str, about: Sequence[str], shortest: int) -> list[str]:
    if not text:
        return [f"Choisissez un mot de passe, de {shortest} caractères au moins."]
    found = []
    if len(text) < shortest:
        found.append(f"Il faut au moins {shortest} caractères ; il y en a {len(text)}.")
    if len(text) > LONGEST:
        found.append(f"Pas plus de {LONGEST} caractères ; il y en a {len(text)}.")
    if text.isdigit():
        found.append("Ajoutez des lettres : des chiffres seuls se devinent vite.")
    if guessing.contains(text, about):
        found.append("Il ne doit contenir ni votre nom ni votre adresse e-mail.")
    return found


def normal(password: str) -> str:
    """The same characters whatever the keyboard that composed the accents (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


# --- Hashing ---------------------------------------------------------------------------------------------------


def parameters() -> Parameters:
    """RFC 9106's second recommended choice: 64 MiB, 3 passes, 4 lanes. The tests pay less."""
    if config.current().environment == "test":
        return profiles.CHEAPEST
    return profiles.RFC_9106_LOW_MEMORY


async def hashed(password: str) -> str:
    """The hash to keep. Raises `TooBusy`."""
    return await _in_turn(_hash, password)


async def is_right(password: str, kept: str | None) -> bool:
    """Whether `password` gives the hash `kept`; with None the same work is done for nothing. Raises `TooBusy`."""
    return await _in_turn(_verify, password, kept)


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher(parameters()).check_needs_rehash(kept)


def _hasher(chosen: Parameters) -> PasswordHasher:
    return PasswordHasher.from_parameters(chosen)


def _nobody(chosen: Parameters) -> str:
    """A hash of no password, as costly to check as a real one."""

    def text(size: int) -> str:
        return base64.b64encode(bytes(size)).decode().rstrip("=")

    costs = f"m={chosen.memory_cost},t={chosen.time_cost},p={chosen.parallelism}"
    return f"$argon2id$v={chosen.version}${costs}${text(chosen.salt_len)}${text(chosen.hash_len)}"


def _hash(password: str) -> str:
    return _hasher(parameters()).hash(normal(password))


def _verify(password: str, kept: str | None) -> bool:
    chosen = parameters()
    try:
        _hasher(chosen).verify(kept or _nobody(chosen), normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


_threads: ThreadPoolExecutor | None = None
_asked = 0


async def _in_turn(work: Callable[..., T], *arguments: Any) -> T:
    global _threads, _asked
    if _asked >= MOST_WAITING:
        raise TooBusy
    if _threads is None:
        _threads = ThreadPoolExecutor(HASHES_AT_ONCE, "argon2")
    _asked += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work, *arguments)
    finally:
        _asked -= 1


# --- Kept passwords --------------------------------------------------------------------------------------------


async def keep(account: UUID, password: str, kept_hash: str, *, now: datetime) -> None:
    """Give the account the password whose hash is `kept_hash`; it is no longer locked."""
    await connection.execute(
        "INSERT INTO password (account, hash, is_long, changed_at, locked_at)"
        " VALUES ($1, $2, $3, $4, NULL) ON CONFLICT (account) DO UPDATE SET hash = excluded.hash,"
        " is_long = excluded.is_long, changed_at = excluded.changed_at, locked_at = NULL",
        account,
        kept_hash,
        len(normal(password)) >= SHORTEST_PRIVILEGED,
        now,
    )


async def ask_long(account: UUID) -> None:
    """From now on this account is asked 14 characters: its holder has become a practitioner."""
    await connection.execute("UPDATE password SET is_long_asked = true WHERE account = $1", account)


async def is_long(account: UUID) -> bool:
    """Whether the password kept has the 14 characters asked of practitioners."""
    found = await connection.row("SELECT is_long FROM password WHERE account = $1", account)
    return bool(found and found["is_long"])


async def hash_of(account: UUID) -> str | None:
    found = await connection.row("SELECT hash FROM password WHERE account = $1", account)
    return found["hash"] if found else None
