"""What the forms of the doors send, and what is refused in them: every field at once, each in its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from app.accounts import acceptances, emails, passwords, people
from app.accounts.acceptances import Box
from app.errors import Refused
from app.web import going
from app.web.forms import Sent

Errors = dict[str, str]
"""By field name; the empty name is for what concerns no field."""

_ROOM = 20_000
"""Whatever is typed is shown again as it was; the rules say what is too long."""


class SignUp(msgspec.Struct, frozen=True):
    """What a person types to open an account, and nothing else that is sent."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    password: str = ""
    ticked: dict[str, str] = {}
    back: str = ""
    """The page of the site asked for, where the mailed link leads."""


def read_sign_up(sent: Sent, boxes: Sequence[Box]) -> SignUp:
    return SignUp(
        sent.text("prenom", max=_ROOM),
        sent.text("nom", max=_ROOM),
        sent.text("courriel", max=_ROOM),
        sent.secret("mot_de_passe"),
        {box.key: value for box in boxes if (value := sent.text(box.key, max=20))},
        going.local(sent.text("suite", max=going.MAX_ADDRESS), otherwise=""),
    )


async def refused_in(form: SignUp, boxes: Sequence[Box]) -> Errors:
    """What would be refused, field by field, in the order of the form, and the password to type again with it."""
    errors: Errors = {}
    refused_boxes = _boxes_refused(form, boxes)
    _try(errors, "prenom", people.name, form.first_name)
    _try(errors, "nom", people.name, form.last_name)
    _try(errors, "courriel", emails.normal, form.email)
    try:
        await passwords.refuse_weak(
            form.password, [word[:200] for word in (form.email, form.first_name, form.last_name)]
        )
    except Refused as refusal:
        errors["mot_de_passe"] = refusal.message
    else:
        if errors or refused_boxes:
            errors["mot_de_passe"] = passwords.TYPE_AGAIN
    return errors | refused_boxes


def _boxes_refused(form: SignUp, boxes: Sequence[Box]) -> Errors:
    try:
        acceptances.check(boxes, form.ticked)
    except acceptances.NotAccepted as refusal:
        return refusal.errors
    return {}


def _try(errors: Errors, field: str, rule: Callable[[str], str], typed: str) -> None:
    try:
        rule(typed)
    except Refused as refusal:
        errors[field] = refusal.message


class Meter(msgspec.Struct, frozen=True):
    """What the strength meter shows beside the field `name`."""

    name: str
    score: int | None = None
    sentence: str = ""
    is_enough: bool = False


async def read_meter(sent: Sent, about: Sequence[str], *, shortest: int) -> Meter:
    """The strength of the password being typed: the new one, where the form asks for the current one too."""
    names = [name for name, _ in sent.pairs]
    name = "mot_de_passe_nouveau" if "mot_de_passe_nouveau" in names else "mot_de_passe"
    typed = sent.secret(name)
    if not typed:
        return Meter(name)
    known = [*about, *(sent.text(field, max=200) for field in ("courriel", "prenom", "nom"))]
    found = await passwords.strength_of(typed, [word for word in known if word], shortest=shortest)
    words = f"{found.label}. {' '.join(found.advice)}".strip()
    return Meter(name, found.score, words, found.is_accepted)
