"""What each mailed link shows, and does once its button is pressed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.accounts import incidents, links, new_email, new_password, signing_in
from app.accounts.devices import Origin
from app.accounts.people import SIGN_IN_PATH
from app.accounts.signing_in import CodeAsked, Entered
from app.accounts.tables import LinkPurpose

SPACE = "/mon-compte"
DOWNLOAD = "/mon-compte/telecharger"


class Shown(msgspec.Struct, frozen=True):
    """The page of a link: `asks_password` where a new password is chosen; `back`, the page asked for at sign-up."""

    purpose: LinkPurpose
    title: str
    text: str
    button: str
    asks_password: bool = False
    back: str = ""


class Done(msgspec.Struct, frozen=True):
    """What comes then: the next step of a sign-in (`step`), or the page at `url` with `sentence` to be read."""

    url: str = ""
    sentence: str = ""
    step: Entered | CodeAsked | None = None


_PAGES = {
    LinkPurpose.CONFIRM_EMAIL: (
        "Confirmer mon adresse",
        "Votre adresse e-mail sera confirmée, et votre session s’ouvrira sur cet appareil.",
        "Confirmer et entrer",
    ),
    LinkPurpose.SIGN_IN: (
        "Se connecter par lien",
        "Votre session s’ouvrira sur cet appareil. Ce lien ne sert qu’une fois.",
        "Se connecter",
    ),
    LinkPurpose.RESET_PASSWORD: (
        "Choisir un nouveau mot de passe",
        "Tous vos appareils seront déconnectés, et l’ancien mot de passe ne fonctionnera plus.",
        "Changer de mot de passe",
    ),
    LinkPurpose.CHANGE_EMAIL: (
        "Changer d’adresse e-mail",
        "Vous vous connecterez désormais avec cette adresse. L’ancienne en sera avertie.",
        "Changer d’adresse",
    ),
    LinkPurpose.UNLOCK: (
        "Débloquer la connexion",
        "La connexion par mot de passe sera de nouveau possible. Personne n’a trouvé le vôtre.",
        "Débloquer",
    ),
    LinkPurpose.NOT_ME: (
        "Ce n’était pas moi",
        (
            "Tous les appareils seront déconnectés, et le mot de passe actuel ne fonctionnera plus. Un lien "
            "pour en choisir un autre vous sera envoyé par courriel. Cela ne s’annule pas."
        ),
        "Signaler et tout déconnecter",
    ),
    LinkPurpose.DOWNLOAD: (
        "Télécharger mes données",
        "Votre archive vous attend dans votre compte.",
        "Aller à mon archive",
    ),
}


_AFTER = {
    LinkPurpose.RESET_PASSWORD: Done(
        SIGN_IN_PATH, "C’est fait. Connectez-vous avec votre nouveau mot de passe."
    ),
    LinkPurpose.CHANGE_EMAIL: Done(SPACE, "C’est fait : votre compte a changé d’adresse."),
    LinkPurpose.UNLOCK: Done(SIGN_IN_PATH, "C’est débloqué : vous pouvez vous connecter."),
    LinkPurpose.NOT_ME: Done(
        SIGN_IN_PATH, "C’est signalé : toutes les sessions sont fermées. Regardez vos courriels."
    ),
    LinkPurpose.DOWNLOAD: Done(DOWNLOAD),
}


async def shown(token: str, *, now: datetime) -> Shown:
    """The page of the link, which is not used up. Raises `DeadLink`."""
    link = await links.look(token, now=now)
    title, text, button = _PAGES[link.purpose]
    return Shown(
        link.purpose,
        title,
        text,
        button,
        asks_password=link.purpose is LinkPurpose.RESET_PASSWORD,
        back=link.carries if link.purpose is LinkPurpose.CONFIRM_EMAIL else "",
    )


async def use(token: str, page: Shown, password: str, *, origin: Origin, now: datetime) -> Done:
    """Do what the link is for. Raises `DeadLink`, `WeakPassword` (the link still works), and what its verb refuses."""
    if page.purpose is LinkPurpose.CONFIRM_EMAIL:
        step = await signing_in.by_confirmation(token, origin=origin, now=now)
        return Done(page.back, step=step)
    if page.purpose is LinkPurpose.SIGN_IN:
        return Done(step=await signing_in.by_link(token, origin=origin, now=now))
    if page.purpose is LinkPurpose.RESET_PASSWORD:
        await new_password.reset(token, password, origin=origin, now=now)
    elif page.purpose is LinkPurpose.CHANGE_EMAIL:
        await new_email.take_effect(token, now=now)
    elif page.purpose is LinkPurpose.UNLOCK:
        await signing_in.unlock(token, now=now)
    elif page.purpose is LinkPurpose.NOT_ME:
        await incidents.not_me(token, origin=origin, now=now)
    return _AFTER[page.purpose]
