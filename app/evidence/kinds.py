"""The facts that are kept as evidence: a closed list, each with the words for it and how long its content is held."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

import msgspec


class Retention(Enum):
    """How long the content of an entry is held (spec/law § 2.9); the value is the default, in days of 24 hours."""

    CONNECTION = timedelta(days=365)
    """Internet addresses and browsers: 12 months."""
    EVIDENCE = timedelta(days=5 * 366)
    """The time during which a contract can be disputed (C. civ. 2224)."""
    CONTRACT = timedelta(days=10 * 366)
    """What was agreed online (C. conso. L213-1, D213-2): ten years."""


class Kind(msgspec.Struct, frozen=True):
    """One kind of fact: its key in the register, what people read, and how long its content is held."""

    name: str
    label: str
    retention: Retention = Retention.EVIDENCE


_CONNECTION = Retention.CONNECTION
_CONTRACT = Retention.CONTRACT

_ALL = (
    Kind("consentement.donne", "Consentement donné"),
    Kind("consentement.retire", "Consentement retiré"),
    Kind("document.publie", "Document publié"),
    Kind("compte.cree", "Compte créé"),
    Kind("compte.modifie", "Compte modifié"),
    Kind("compte.verrouille", "Compte verrouillé"),
    Kind("compte.suspendu", "Compte suspendu"),
    Kind("compte.retabli", "Compte rétabli"),
    Kind("compte.clos", "Compte clos"),
    Kind("auth.succes", "Connexion réussie", _CONNECTION),
    Kind("auth.echec", "Connexion refusée", _CONNECTION),
    Kind("auth.fin", "Session fermée", _CONNECTION),
    Kind("auth.mdp_change", "Mot de passe changé", _CONNECTION),
    Kind("auth.2fa", "Second facteur changé", _CONNECTION),
    Kind("auth.signale", "Accès non autorisé signalé", _CONNECTION),
    Kind("dossier.ouvert", "Espace praticien ouvert"),
    Kind("dossier.modifie", "Dossier modifié"),
    Kind("dossier.piece", "Pièce du dossier"),
    Kind("dossier.piece_lue", "Pièce du dossier téléchargée"),
    Kind("dossier.depose", "Dossier déposé"),
    Kind("dossier.constate", "Remise constatée"),
    Kind("dossier.a_corriger", "Dossier à corriger"),
    Kind("dossier.refuse", "Référencement refusé"),
    Kind("dossier.reference", "Praticien référencé"),
    Kind("dossier.suspendu", "Référencement suspendu"),
    Kind("dossier.dereference", "Praticien déréférencé"),
    Kind("dossier.maintenu", "Référencement maintenu"),
    Kind("dossier.conteste", "Décision contestée"),
    Kind("dossier.reexamine", "Décision réexaminée"),
    Kind("profil.complet_change", "Profil complet : changement"),
    Kind("profil.jupiterre_change", "Utilisation de Jupi’terre : changement"),
    Kind("reglage.classement", "Règle de classement changée"),
    Kind("rdv.reserve", "Rendez-vous réservé", _CONTRACT),
    Kind("rdv.confirme", "Rendez-vous confirmé", _CONTRACT),
    Kind("rdv.annule", "Rendez-vous annulé", _CONTRACT),
    Kind("rdv.retracte", "Rétractation", _CONTRACT),
    Kind("rdv.honore", "Rendez-vous honoré", _CONTRACT),
    Kind("rdv.non_honore", "Rendez-vous non honoré", _CONTRACT),
    Kind("paiement.cree", "Paiement engagé", _CONTRACT),
    Kind("paiement.reussi", "Paiement réussi", _CONTRACT),
    Kind("paiement.echoue", "Paiement échoué", _CONTRACT),
    Kind("paiement.rembourse", "Paiement remboursé", _CONTRACT),
    Kind("paiement.litige", "Paiement contesté", _CONTRACT),
    Kind("courriel.mis_en_file", "Courriel à envoyer"),
    Kind("courriel.accepte", "Courriel accepté par le serveur"),
    Kind("courriel.echec", "Courriel non envoyé"),
    Kind("avis.publie", "Avis publié"),
    Kind("avis.modifie", "Avis modifié"),
    Kind("avis.suspendu", "Avis suspendu"),
    Kind("avis.supprime", "Avis supprimé"),
    Kind("avis.masque", "Avis masqué"),
    Kind("signalement.recu", "Signalement reçu"),
    Kind("signalement.decide", "Signalement : décision"),
    Kind("rgpd.demande", "Demande sur les données personnelles"),
    Kind("rgpd.export", "Données téléchargées"),
    Kind("rgpd.effacement", "Données effacées"),
    Kind("admin.action", "Action de l’administration"),
    Kind("registre.purge", "Contenus anciens effacés du registre"),
)

KINDS = {kind.name: kind for kind in _ALL}


def names_held(retention: Retention) -> list[str]:
    """The kinds whose content is held for `retention`."""
    return [kind.name for kind in _ALL if kind.retention is retention]
