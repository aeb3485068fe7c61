"""Accounts to sign in with during development: a client, an administrator, two practitioners. Never in production.

The secret of the administrator's second factor comes from the key of the installation: it is in no file of the project.
"""

from __future__ import annotations

import base64
from datetime import datetime

import msgspec

from app import config
from app.accounts import acceptances, new_password, people, second_factor
from app.database import connection
from app.demo import practising
from app.directory.tables import ListingState
from app.sealing import signing


class Login(msgspec.Struct, frozen=True):
    """`secret`: what an application of one-time codes is given, or nothing; `listing`: the state of its listing."""

    role: str
    first_name: str
    last_name: str
    email: str
    password: str
    is_admin: bool = False
    secret: str = ""
    listing: str = ""


class NotInProduction(Exception):
    """Demonstration accounts have known passwords."""


def all_of_them() -> list[Login]:
    """Raises `NotInProduction`."""
    if config.current().is_production:
        raise NotInProduction
    drawn = signing.mac("demo", b"administrator")[:20]
    return [
        Login("client", "Alix", "Démo", "client@demo.example", "quatre-hiboux-sous-la-lune"),
        Login(
            "administration",
            "Sacha",
            "Démo",
            "admin@demo.example",
            "trois-clefs-et-un-carnet-bleu",
            is_admin=True,
            secret=base64.b32encode(drawn).decode(),
        ),
        Login(
            "praticien",
            "Camille",
            "Démo",
            "praticien@demo.example",
            "cinq-loutres-au-bord-de-l-eau",
            listing="listed",
        ),
        Login(
            "praticien, dossier déposé",
            "Dominique",
            "Démo",
            "dossier@demo.example",
            "sept-renards-dans-la-neige",
            listing="submitted",
        ),
    ]


async def load(now: datetime) -> None:
    """Make the accounts that are missing; the legal documents must be published. Raises `NotInProduction`."""
    for login in all_of_them():
        if await people.at(login.email) is not None:
            continue
        async with connection.transaction():
            account = await people.create(
                first_name=login.first_name,
                last_name=login.last_name,
                email=login.email,
                is_admin=login.is_admin,
                now=now,
            )
            await new_password.first(account, login.password, now=now)
            if login.secret:
                await second_factor.put(account, login.secret, now=now)
            else:
                boxes = await acceptances.boxes_of_sign_up(now)
                await acceptances.record(
                    account, boxes, page=people.SIGN_UP_PAGE, session=None, now=now
                )
        if login.listing:
            is_listed = login.listing == ListingState.LISTED
            await practising.hold(account, is_listed=is_listed, now=now)


def lines() -> list[str]:
    """What the person who starts the site is told, in French."""
    return [
        f"{login.role} : {login.email}   mot de passe : {login.password}"
        + (f"   code (TOTP) : {login.secret}" if login.secret else "")
        for login in all_of_them()
    ]
