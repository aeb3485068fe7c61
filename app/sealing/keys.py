"""The keys of the installation: from the settings, else (never in production) made once in the data folder.

They stay outside the database, so that a copy of it tells nothing without them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from app import config, disk
from app.config import UnsafeSetup
from app.sealing import letters

KEY_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class Keyring(msgspec.Struct, frozen=True):
    """The sealing keys by name. `current` names the one that ciphers; all of them decipher."""

    current: str
    keys: dict[str, bytes]


_rings: dict[tuple[str | None, Path], Keyring] = {}
_secrets: dict[tuple[str | None, Path], bytes] = {}


def secret() -> bytes:
    """What signatures and codes are derived from; raises `UnsafeSetup` when production was given none."""
    settings = config.current()
    known = settings.secret_key, settings.data_dir
    if known not in _secrets:
        if settings.secret_key is not None:
            _secrets[known] = settings.secret_key.encode()
        else:
            _secrets[known] = _kept("secret", lambda: secrets.token_urlsafe(48)).encode()
    return _secrets[known]


def keyring() -> Keyring:
    """The sealing keys; raises `UnsafeSetup` when they cannot be read, or production was given none."""
    settings = config.current()
    known = settings.sealing_keys, settings.data_dir
    if known not in _rings:
        _rings[known] = _ring(settings.sealing_keys or _kept("sealing", _first_line))
    return _rings[known]


def read_again() -> Keyring:
    """The sealing keys as they are now: another process may have added one to the data folder."""
    _rings.clear()
    return keyring()


def add(now: datetime) -> str:
    """Put a new sealing key before the others, in the data folder; answers its name.

    Raises `UnsafeSetup` when the keys come from the settings: there the operator adds it.
    """
    if config.current().sealing_keys is not None:
        raise UnsafeSetup(
            "Les clés viennent du réglage SEALING_KEYS : ajoutez-y la nouvelle en tête "
            "(« nom:clé,anciennes »), redémarrez, puis relancez cette commande sans --nouvelle."
        )
    known = keyring().keys
    with _alone():
        before = _file("sealing").read_text("ascii").strip()
        name = f"k{now:%Y%m%d}"
        while name in known:
            name += "b"
        _replace(_file("sealing"), f"{name}:{new_key()},{before}")
    read_again()
    return name


def new_key() -> str:
    """A fresh key, as SEALING_KEYS writes it."""
    return letters.written(secrets.token_bytes(KEY_BYTES))


def _first_line() -> str:
    return f"k1:{new_key()}"


def _ring(listed: str) -> Keyring:
    keys: dict[str, bytes] = {}
    for pair in filter(None, (part.strip() for part in listed.split(","))):
        name, _, text = pair.partition(":")
        if not _NAME.fullmatch(name) or name in keys:
            raise UnsafeSetup(
                "SEALING_KEYS : chaque clé porte un nom à elle, en minuscules et chiffres "
                "(« nom:clé,autre:clé »)."
            )
        keys[name] = _key(name, text)
    if not keys:
        raise UnsafeSetup("SEALING_KEYS : aucune clé (« nom:clé »).")
    return Keyring(next(iter(keys)), keys)


def _key(name: str, text: str) -> bytes:
    try:
        key = letters.read(text.rstrip("="))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:  # the key itself is never shown: it could end up in a log
        raise UnsafeSetup(
            f"SEALING_KEYS : la clé « {name} » doit être {KEY_BYTES} octets en base64 (url)."
        )
    return key


def _file(name: str) -> Path:
    return config.current().data_dir / "keys" / name


def _kept(name: str, make: Callable[[], str]) -> str:
    """The content of the key file `name`, made once: of several processes that start together, one makes it."""
    if config.current().is_production:
        raise UnsafeSetup(
            "SECRET_KEY et SEALING_KEYS sont à renseigner : aucune clé n’est créée en production."
        )
    path = _file(name)
    with contextlib.suppress(FileNotFoundError):
        return path.read_text("ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    written = _written_aside(path, make())
    try:
        # A link appears with its whole content, and never over a file that is already there.
        with contextlib.suppress(FileExistsError):
            os.link(written, path)
    finally:
        written.unlink()
    disk.settle(path.parent)
    return path.read_text("ascii").strip()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process at a time changes the key files."""
    descriptor = os.open(_file(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, text: str) -> None:
    written = _written_aside(path, text)
    written.replace(path)
    disk.settle(path.parent)


def _written_aside(path: Path, text: str) -> Path:
    """A private file beside `path` holding `text`, on the disk for good (mkstemp makes it 0600)."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
