"""Every mail of the product: its name, its number in the specification, what it needs, and why one receives it."""

from __future__ import annotations

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """A kind of mail; its words are in `templates/mails/<name>/`.

    `needs` are the values its templates show, all of them asked of `outbox.send`: `*_at` is an instant (UTC, shown
    in the time of Paris), `*_on` a day, `path` and `*_path` an address of the site (`/liens/…`), `links` pairs of
    words and such an address, `minutes` how long a link works; the rest is text, shown on one line unless it is
    in `PARAGRAPHS`. `version` is raised when the words change: it is kept with each mail sent. A comfort mail can
    be refused; the others are owed by law or by contract, and cannot.
    """

    name: str
    code: str
    label: str
    why: str
    needs: frozenset[str]
    version: int = 1
    is_comfort: bool = False

    @property
    def is_for_practitioners(self) -> bool:
        return self.why == _PRACTITIONER


PARAGRAPHS = frozenset({"facts", "answer", "summary"})
"""Texts whose line breaks are kept."""

_ASKED = "une demande a été faite avec cette adresse sur Mon Pro du Bien-Être"
_HOLDER = "vous avez un compte sur Mon Pro du Bien-Être"
_SECURITY = "la sécurité de votre compte est en jeu : ces messages ne se désactivent pas"
_LAW = "la loi nous demande de vous en informer"
_PRACTITIONER = "vous êtes praticien sur Mon Pro du Bien-Être, ou demandez à l’être"
_CLIENT = "vous avez un rendez-vous pris sur Mon Pro du Bien-Être"
_OPERATOR = "vous administrez Mon Pro du Bien-Être"


def _kinds(*kinds: Kind) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds}


def _kind(name: str, code: str, label: str, why: str, *needs: str) -> Kind:
    return Kind(name, code, label, why, frozenset(needs))


def _comfort(name: str, code: str, label: str, why: str, *needs: str) -> Kind:
    return Kind(name, code, label, why, frozenset(needs), is_comfort=True)


KINDS = _kinds(
    _kind("confirm_email", "E1", "Confirmation de l’adresse", _ASKED, "path", "minutes"),
    # Sign-up answers the same page whether or not the address has an account: only its holder learns it.
    _kind("already_registered", "E1", "Compte déjà ouvert", _ASKED, "sign_in_path", "reset_path"),
    _kind("welcome", "E2", "Bienvenue", _HOLDER, "links"),
    _kind("reset_password", "E3", "Nouveau mot de passe", _ASKED, "path", "minutes"),
    _kind("sign_in_link", "E3", "Lien de connexion", _ASKED, "path", "minutes"),
    _kind("account_locked", "E4", "Essais de connexion", _SECURITY, "path", "minutes"),
    _kind("password_changed", "E4", "Mot de passe changé", _SECURITY, "changed_at", "not_me_path"),
    _kind("confirm_new_email", "E4", "Nouvelle adresse à confirmer", _ASKED, "path", "minutes"),
    _kind("email_changed", "E4", "Adresse changée", _SECURITY, "changed_at", "not_me_path"),
    # `change`: « on », « off » or « codes » (new recovery codes).
    _kind(
        "second_factor_changed",
        "E4",
        "Double authentification changée",
        _SECURITY,
        "change",
        "changed_at",
        "not_me_path",
    ),
    _kind("new_device", "E4", "Nouvel appareil", _SECURITY, "device", "seen_at", "not_me_path"),
    # Statement of reasons (DSA art. 17, P2B art. 4). `ends_at` None: until lifted.
    _kind(
        "account_suspended",
        "E25",
        "Suspension du compte",
        _LAW,
        "reference",
        "effective_at",
        "ends_at",
        "ground",
        "facts",
    ),
    _kind(
        "account_terminated",
        "E25",
        "Fin du compte",
        _LAW,
        "reference",
        "closed_at",
        "ground",
        "facts",
        "kept",
    ),
    _kind("suspension_lifted", "E25", "Fin de suspension", _LAW, "reference", "lifted_at"),
    # The dossier of a practitioner; `links` lead to the lines to correct, with what is to correct.
    _kind("dossier_received", "E27", "Dossier déposé", _PRACTITIONER, "submitted_at", "path"),
    _kind("dossier_to_correct", "E27", "Dossier à corriger", _PRACTITIONER, "links"),
    _kind("dossier_listed", "E27", "Référencement", _PRACTITIONER, "path"),
    _kind(
        "dossier_refused",
        "E27",
        "Dossier refusé",
        _LAW,
        "reference",
        "scope",
        "effective_at",
        "ground",
        "basis",
        "facts",
        "path",
    ),
    # `days`: until `ends_on`, 0 on the day itself.
    _kind(
        "expiring",
        "E28",
        "Échéance",
        _PRACTITIONER,
        "item",
        "ends_on",
        "days",
        "consequence",
        "path",
    ),
    _kind(
        "lapsed", "E28", "Échéance passée", _PRACTITIONER, "item", "ends_on", "consequence", "path"
    ),
    _comfort("profile_complete", "E29", "Profil complet", _PRACTITIONER, "path"),
    _comfort("profile_incomplete", "E29", "Profil à compléter", _PRACTITIONER, "links"),
    # Decided by the program: it says so (DSA art. 17, 3, c).
    _kind(
        "contract_suspension",
        "E25",
        "Suspension du référencement",
        _LAW,
        "reference",
        "effective_at",
        "number",
        "path",
    ),
    _kind("contract_awaited", "E30", "Contrat à accepter", _LAW, "number", "due_at", "path"),
    # Statements of reasons about a listing (`exception`: why less than thirty days, or empty).
    _kind(
        "listing_suspended",
        "E25",
        "Suspension du référencement",
        _LAW,
        "reference",
        "scope",
        "effective_at",
        "ends_at",
        "ground",
        "basis",
        "facts",
        "path",
    ),
    _kind(
        "listing_ended_by_platform",
        "E25",
        "Déréférencement",
        _LAW,
        "reference",
        "scope",
        "effective_at",
        "ground",
        "basis",
        "facts",
        "exception",
        "path",
    ),
    _kind("listing_ended", "E25", "Fin du référencement", _LAW, "reference", "effective_at"),
    _kind(
        "listing_restored",
        "E25",
        "Référencement rétabli",
        _LAW,
        "reference",
        "restored_at",
        "path",
    ),
    # `missing`: what keeps the listing from being shown again although the decision is withdrawn.
    _kind(
        "contest_answered",
        "E25",
        "Réponse à une contestation",
        _LAW,
        "reference",
        "is_upheld",
        "answer",
        "missing",
    ),
    # To a client with appointments to come; `email`: of the practitioner.
    _kind(
        "practitioner_delisted",
        "E31",
        "Praticien déréférencé",
        _CLIENT,
        "name",
        "effective_at",
        "email",
        "path",
    ),
    _kind(
        "new_version",
        "E30",
        "Nouvelle version d’un document",
        _LAW,
        "title",
        "number",
        "summary",
        "effective_at",
        "is_acceptance_required",
        "path",
        "differences_path",
    ),
    # `kept`: pairs of what is kept and for how long.
    _kind("account_closed", "E32", "Compte résilié", _LAW, "closed_at", "kept"),
    _kind("inactive_account", "E34", "Compte inactif", _LAW, "deleted_on", "path"),
    _kind("export_ready", "E35", "Vos données sont prêtes", _ASKED, "path", "minutes"),
    _kind("data_request_received", "E36", "Demande reçue", _LAW, "reference", "right", "due_at"),
    _kind("data_request_answered", "E36", "Demande traitée", _LAW, "reference", "right", "answer"),
    # The head of the register of evidence, kept out of the database (convention de preuve, § 6.3.6).
    _kind(
        "evidence_anchor",
        "E39",
        "Empreinte du registre",
        _OPERATOR,
        "position",
        "seal_hash",
        "anchored_at",
    ),
    _kind("admin_alert", "E39", "À regarder", _OPERATOR, "links"),
)
"""By name. A closed list: a mail of another name is a mistake of the program."""
