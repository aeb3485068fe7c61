"""The facts of the register in the words people read: the name of each, and its value."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.accounts import closing, devices, requests, suspensions
from app.evidence.kinds import KINDS
from app.legal.titles import TITLES
from app.listing import life
from app.listing.items import ITEMS
from app.listing.life import ACCOUNT_GROUND, CONTRACT_GROUND
from app.moderation import grounds
from app.post import kinds as mails
from app.rendering.moments import moment
from app.settings import values

NAMES = {
    "acceptation_requise": "À accepter par chacun",
    "action": "Action",
    "adresse_ip": "Adresse IP",
    "anomalies": "Anomalies",
    "apres": "Après",
    "auteur": "Par",
    "avant": "Avant",
    "champs": "Ce qui a changé",
    "changement": "Changement",
    "complet": "Profil complet",
    "connection": "Traces de connexion effacées",
    "constat": "Constat",
    "contract": "Preuves de contrats effacées",
    "date_effet": "Effet",
    "de": "État précédent",
    "decision": "Décision",
    "document": "Document",
    "droit": "Droit",
    "echeance": "À répondre avant",
    "effet": "Effet",
    "etape": "Étape",
    "etat": "État",
    "evidence": "Autres preuves effacées",
    "fermees": "Sessions fermées",
    "fin": "Fin",
    "libelle": "Libellé affiché",
    "ligne": "Ligne du dossier",
    "lignes": "Lignes du dossier",
    "maintenue": "Décision maintenue",
    "manquants": "Critères manquants",
    "meme_personne": "Réexaminée par la même personne",
    "modele": "Courriel",
    "motif": "Motif",
    "navigateur": "Navigateur",
    "octets": "Taille en octets",
    "proposee": "Proposée au choix",
    "quoi": "Ce qui est effacé",
    "recu": "Reçue",
    "reference": "Référence",
    "reglage": "Réglage",
    "relues": "Données relues",
    "repondue": "Répondue",
    "reprise": "Page préparée par un import, reprise",
    "second_facteur": "Second facteur",
    "type": "Type de fichier",
    "version": "Version",
    "vigilance": "Précautions rappelées",
}
"""What people read in the first place."""
MARKS = {
    "archive": "Numéro de l’archive",
    "cible": "Sur quoi",
    "cle": "Nom de la case",
    "compte": "Compte",
    "courriel": "Numéro du courriel",
    "essais": "Essais",
    "le": "Heure exacte",
    "message_id": "Identifiant du courriel",
    "nouveau": "Numéro du courriel renvoyé",
    "page": "Page",
    "par": "Précision sur l’auteur",
    "piece": "Numéro du document",
    "pieces": "Numéros des documents",
    "praticien": "Numéro de praticien",
    "reponse": "Réponse du serveur",
    "revision": "Révision du dossier",
    "session": "Session",
    "sha256": "Empreinte du fichier ou du texte",
}
"""What is only good for who checks: shown apart, as it is kept."""

_ADMINISTRATION = "l’administration"
_ITEMS = {item.key.value: item.title for item in ITEMS}
_MOMENTS = frozenset({"date_effet", "echeance", "effet", "fin", "recu"})
_ACTS = {
    "compte.consulte": "compte consulté",
    "courriel.renvoye": "courriel renvoyé",
    "dossier.consulte": "dossier consulté",
    "dossier.mis_de_cote": "dossier mis de côté",
    "dossier.repris": "dossier repris",
    "export": "tableau exporté",
    "piece.lecture": "pièce lue à l’écran",
    "piece.telechargement": "pièce téléchargée",
    "praticien.consulte": "fiche de praticien consultée",
    "pratique.change": "pratique changée",
    "referencement.delisting": "déréférencement décidé",
    "referencement.reexamen": "décision réexaminée",
    "referencement.refusal": "référencement refusé",
    "referencement.relisting": "référencement rétabli",
    "referencement.suspension": "référencement suspendu",
    "reglage.change": "réglage changé",
    "registre.controle": "registre contrôlé",
    "registre.export": "preuves exportées",
    "thematique.change": "thématique changée",
}
"""What administrators do, where it is not a kind of evidence itself."""
_VALUES: dict[str, dict[str, str]] = {
    "action": {
        **{kind.name: kind.label.lower() for kind in KINDS.values()},
        **_ACTS,
        "ajoute": "ajout",
        "change": "modification",
        "effacement": "effacement à la fin de sa durée de conservation",
        "enregistre": "enregistrement",
        "lecture": "lecture à l’écran",
        "mis_de_cote": "mise de côté",
        "pratiques": "choix des pratiques",
        "remise": "remise",
        "repris": "reprise",
        "retire": "suppression",
        "retrait": "retrait",
        "telechargement": "téléchargement",
    },
    "auteur": {
        "administration": _ADMINISTRATION,
        "conservation": "la règle de conservation",
        "horloge": "sans personne, à l’heure dite",
        "logiciel": "le logiciel Jupi’terre",
        "personne": "vous",
    },
    "champs": {
        "email": "adresse e-mail",
        "email_confirme": "adresse confirmée",
        "first_name": "prénom",
        "last_name": "nom",
        "phone": "téléphone",
        "prenom": "prénom",
        "telephone": "téléphone",
        "verrou": "verrou levé",
    },
    "changement": {"codes": "nouveaux codes de secours", "off": "désactivé", "on": "activé"},
    "constat": {"a_corriger": "à corriger", "remis": "remis"},
    "de": {state.value: words for state, words in life.WORDS.items()},
    "document": {document.value: title for document, title in TITLES.items()},
    "droit": dict(requests.RIGHTS),
    "etape": {"preparation": "préparation", "telechargement": "téléchargement"},
    "etat": {"accepted": "accepté", "doubtful": "incertain", "failed": "non envoyé"},
    "ligne": _ITEMS,
    "lignes": _ITEMS,
    "reglage": values.LABELS,
    "modele": {kind.name: kind.label for kind in mails.KINDS.values()},
    "motif": {
        **closing.REASONS,
        **suspensions.GROUNDS,
        **{key: ground.label for key, ground in grounds.GROUNDS.items()},
        ACCOUNT_GROUND: "le référencement suit le compte",
        CONTRACT_GROUND: "contrat de référencement non accepté à temps",
        "acces_non_autorise": "accès non autorisé",
        "adresse_d_autrui": "adresse d’une autre personne",
        "compte_ferme": "compte fermé",
        "automatique": "dossier complet, référencé sans constat",
        "duree_de_conservation": "fin de la durée de conservation",
        "inactivite": "compte inactif",
        "terme": "fin de la suspension",
    },
}


def read(content: str) -> dict[str, Any]:
    """What an entry tells, as it is kept (JSON), without what it leaves empty."""
    told: dict[str, Any] = msgspec.json.decode(content)
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def all_of(content: str) -> tuple[tuple[str, str], ...]:
    """The whole of an entry as kept, in words: what people read, then the rest."""
    told = read(content)
    return facts(told) + marks(told)


def facts(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What people read of an entry, in the order it was written."""
    return tuple((NAMES[name], _said(name, told[name])) for name in told if name in NAMES)


def marks(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The rest; a fact without words yet is shown too, under its own name."""
    return tuple(
        (MARKS.get(name, name.replace("_", " ").capitalize()), _said(name, told[name]))
        for name in told
        if name not in NAMES
    )


def _said(name: str, value: Any) -> str:
    match value:
        case bool():
            return "oui" if value else "non"
        case list():
            return ", ".join(_said(name, each) for each in value)
        case dict():
            return ", ".join(f"{inner} : {_said(inner, each)}" for inner, each in value.items())
    return _text_said(name, str(value))


def _text_said(name: str, said: str) -> str:
    if name == "navigateur":
        return devices.label(said)
    if name in _MOMENTS:
        return moment(datetime.fromisoformat(said))
    if name == "auteur" and _is_account(said):
        return _ADMINISTRATION
    return _VALUES.get(name, {}).get(said, said)


def _is_account(said: str) -> bool:
    try:
        UUID(said)
    except ValueError:
        return False
    return True
