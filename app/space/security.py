"""The page « Sécurité » : password, connected devices, second factor (terms § 4, § 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import config
from app.accounts import new_password, passwords, people, second_factor, sessions
from app.accounts.passwords import WeakPassword
from app.accounts.people import Person
from app.accounts.second_factor import WrongCode
from app.rendering.moments import ago, day_of, moment
from app.space import factor
from app.space.details import YEAR
from app.space.forms import PASSWORD, Asker, Errors, password_refused, refusals
from app.space.views import Device, FactorSetup, PasswordStanding
from app.web.people import SignedIn


async def shown(me: SignedIn, now: datetime) -> dict[str, Any]:
    """What `space/security.html` needs, errors aside."""
    holder = await people.person(me.account_id)
    return {
        "password": standing(holder, now),
        "devices": await devices(me, now),
        "has_factor": holder.has_second_factor,
        "is_factor_compulsory": holder.is_admin,
        "codes_left": await second_factor.codes_left(me.account_id),
        "errors": {},
        "factor_errors": {},
    }


def standing(holder: Person, now: datetime) -> PasswordStanding:
    """When the password was chosen, and whether to invite to change it: never an obligation (EX-4-2)."""
    changed_at = holder.password_changed_at
    return PasswordStanding(
        changed_on=day_of(changed_at) if changed_at else None,
        is_old=changed_at is not None and now - changed_at > YEAR,
        rule=f"{holder.shortest_password} caractères au moins. Une phrase de quelques mots convient très bien ;"
        " vous pouvez la coller depuis un gestionnaire de mots de passe.",
    )


async def devices(me: SignedIn, now: datetime) -> list[Device]:
    """The open sign-in sessions, this one first (EX-5-5)."""
    return [
        Device(
            id=str(each.id),
            name=each.device or "Appareil inconnu",
            opened=moment(each.opened_at),
            seen=ago(each.seen_at, now),
            is_this_one=each.is_current,
        )
        for each in await sessions.of(me.account_id, current=me.session_id, now=now)
    ]


async def setup(me: SignedIn) -> FactorSetup:
    """The second factor to set up. Raises `AlreadyOn`."""
    begun = await second_factor.begin(me.account_id)
    squares, side = factor.squares(begun.uri)
    return FactorSetup(factor.grouped(begun.secret), begun.uri, squares, side)


async def change_password(asker: Asker) -> Errors:
    changing = new_password.change(
        asker.account,
        asker.me.session_id,
        current=asker.sent.secret(PASSWORD),
        wanted=asker.sent.secret("mot_de_passe_nouveau"),
        origin=asker.origin,
        now=asker.now,
    )
    return await refusals(changing, mot_de_passe_nouveau=WeakPassword)


async def turn_on(asker: Asker) -> tuple[list[str], Errors]:
    """Turn the second factor on: the recovery codes, shown once, or what is refused."""
    code, errors = asker.sent.text("code", max=40), await password_refused(asker)
    if errors:
        return [], errors
    try:
        confirmed = second_factor.confirm(asker.account, asker.me.session_id, code, now=asker.now)
        return await confirmed, {}
    except WrongCode as refusal:
        return [], {"code": refusal.message, PASSWORD: passwords.TYPE_AGAIN}


async def new_codes(asker: Asker) -> tuple[list[str], Errors]:
    """Other recovery codes, shown once, or what is refused."""
    if errors := await password_refused(asker, "mot_de_passe_codes"):
        return [], errors
    return await second_factor.new_codes(asker.account, now=asker.now), {}


async def turn_off(asker: Asker) -> Errors:
    """Turn the second factor off; what is refused. An administrator keeps it."""
    field = "mot_de_passe_retrait"
    if errors := await password_refused(asker, field):
        return errors
    return await refusals(second_factor.remove(asker.account, now=asker.now), field=field)


def codes_file(codes: list[str]) -> str:
    """The recovery codes as the address of a text file."""
    return factor.codes_file(codes, site=config.current().public_url)
