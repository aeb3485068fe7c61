"""The doors of the personal space: each one reads the form, calls one verb, and answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from app.accounts import incidents, people, sessions
from app.accounts.devices import Origin
from app.space import (
    agreeing,
    consents,
    details,
    following,
    leaving,
    parts,
    personal_data,
    practitioner_home,
    proofs,
    security,
)
from app.space.forms import Asker, Errors, identity_refused, page_number
from app.web import forms, guards
from app.web import sessions as cookies
from app.web.going import Elsewhere, go, local, with_return
from app.web.pages import AnyRequest, page
from app.web.people import me

_MINE: dict[str, Any] = {"guards": [guards.signed_in]}
_ALWAYS_MINE: dict[str, Any] = _MINE | {"opt": guards.OPEN_WHILE_PENDING}
"""Also before a new version of a document is accepted: one's data, their safety, leaving (terms § 12)."""


def _now() -> datetime:
    return datetime.now(UTC)


async def _asker(request: AnyRequest) -> Asker:
    origin = Origin(**cookies.traces(request))
    return Asker(me(request), origin, await forms.read(request), _now())


def _page(request: AnyRequest, template: str, title: str, **context: Any) -> Response[bytes]:
    """The page of `template`; 422 when one of its forms is refused."""
    is_refused = any(context.get(key) for key in ("errors", "email_errors", "factor_errors"))
    context["status"] = 422 if is_refused else 200
    return page(request, template, title=title, is_indexable=False, **context)


@get("/mon-compte", name="space.home", **_MINE)
async def home(request: AnyRequest) -> Response[bytes]:
    who = me(request)
    waiting = await parts.attentions(who, await people.person(who.account_id), now=_now())
    context = {"parts": parts.ACTIVITY, "account_parts": parts.ACCOUNT, "attentions": waiting}
    context["can_join"] = who.practitioner is None and not who.is_admin
    return _page(request, "space/home.html", "Mon compte", first_name=who.first_name, **context)


@get(list(parts.EMPTY), name="space.empty", sync_to_thread=False, **_MINE)
def empty(request: AnyRequest) -> Response[bytes]:
    part = parts.EMPTY[request.scope["path"].rstrip("/")]
    return _page(request, "space/empty_part.html", part.title, part=part)


@get("/espace", name="space.practitioner_home", **_MINE)
async def practitioner_home_page(request: AnyRequest) -> Response[bytes]:
    if me(request).practitioner is None:
        sentence = "L’espace praticien s’ouvre ici : ce compte n’en a pas encore."
        return go(request, "/devenir-praticien", flash=sentence)
    shown = await practitioner_home.shown(guards.practitioner(request), _now())
    return _page(request, "space/practitioner.html", "Espace praticien", home=shown)


# ---- details ------------------------------------------------------------------------------------


async def _details(request: AnyRequest, **context: Any) -> Response[bytes]:
    shown = await details.shown(me(request), _now())
    return _page(request, "space/data.html", "Mes données", **shown | context)


@get("/mon-compte/donnees", name="space.details", **_ALWAYS_MINE)
async def details_page(request: AnyRequest) -> Response[bytes]:
    return await _details(request)


@post("/mon-compte/donnees", name="space.change_details", **_MINE)
async def change_details(request: AnyRequest) -> Response[bytes]:
    typed, errors = await details.change(await _asker(request))
    if errors:
        return await _details(request, details=typed, errors=errors)
    return go(request, "/mon-compte/donnees", flash="Vos données sont enregistrées.")


@post("/mon-compte/donnees/courriel", name="space.change_email", **_MINE)
async def change_email(request: AnyRequest) -> Response[bytes]:
    typed, errors = await details.change_email(await _asker(request))
    if errors:
        return await _details(request, email_errors=errors, new_email=typed)
    sentence = "Un lien est parti à la nouvelle adresse : elle changera quand vous l’aurez suivi."
    return go(request, "/mon-compte/donnees", flash=sentence)


@post("/mon-compte/donnees/confirmation", name="space.confirmation", **_MINE)
async def confirmation(request: AnyRequest) -> Response[bytes]:
    await people.ask_confirmation_again(me(request).account_id, now=_now())
    return go(request, "/mon-compte", flash="Le lien est renvoyé. Regardez aussi les indésirables.")


@post("/mon-compte/donnees/relues", name="space.details_checked", **_MINE)
async def details_checked(request: AnyRequest) -> Response[bytes]:
    await details.checked(me(request).account_id)
    return go(request, "/mon-compte/donnees", flash="C’est noté, merci.")


# ---- security -----------------------------------------------------------------------------------


async def _security(request: AnyRequest, **context: Any) -> Response[bytes]:
    shown = await security.shown(me(request), _now())
    return _page(request, "space/security.html", "Sécurité", **shown | context)


@get("/mon-compte/securite", name="space.security", **_ALWAYS_MINE)
async def security_page(request: AnyRequest) -> Response[bytes]:
    return await _security(request)


@post("/mon-compte/securite/mot-de-passe", name="space.change_password", **_MINE)
async def change_password(request: AnyRequest) -> Response[bytes]:
    if errors := await security.change_password(await _asker(request)):
        return await _security(request, errors=errors)
    sentence = "Votre mot de passe est changé ; vos autres appareils sont déconnectés."
    return go(request, "/mon-compte/securite", flash=sentence)


@post("/mon-compte/securite/appareils/{session:uuid}", name="space.end_session", **_MINE)
async def end_session(request: AnyRequest, session: FromPath[UUID]) -> Response[bytes]:
    await sessions.end(me(request).account_id, session)
    return go(request, "/mon-compte/securite", flash="Cet appareil est déconnecté.")


@post("/mon-compte/securite/appareils", name="space.end_other_sessions", **_MINE)
async def end_other_sessions(request: AnyRequest) -> Response[bytes]:
    await sessions.end_all(me(request).account_id, but=me(request).session_id)
    return go(request, "/mon-compte/securite", flash="Vos autres appareils sont déconnectés.")


@get("/mon-compte/securite/acces-non-autorise", name="space.report_access", **_ALWAYS_MINE)
async def report_access(request: AnyRequest) -> Response[bytes]:
    opened, title = await security.devices(me(request), _now()), "Signaler un accès non autorisé"
    return _page(request, "space/report_access.html", title, others=len(opened) - 1)


@post("/mon-compte/securite/acces-non-autorise", name="space.access_reported", **_MINE)
async def access_reported(request: AnyRequest) -> Response[bytes]:
    asker = await _asker(request)
    await incidents.report(asker.account, origin=asker.origin, now=asker.now)
    cookies.drop(request)
    sentence = "Tout est déconnecté. Un lien pour choisir un nouveau mot de passe vous est envoyé."
    return go(request, "/connexion", flash=sentence)


async def _second_factor(request: AnyRequest, errors: Errors) -> Response[bytes]:
    title, setup = "Mettre en place un second facteur", await security.setup(me(request))
    return _page(request, "space/second_factor.html", title, errors=errors, setup=setup)


def _codes(request: AnyRequest, codes: list[str]) -> Response[bytes]:
    """Shown by the answer itself, once, and kept by nobody on the way."""
    context = {"headers": {"cache-control": "no-store"}, "file": security.codes_file(codes)}
    return _page(
        request, "space/recovery_codes.html", "Vos codes de secours", codes=codes, **context
    )


@get("/mon-compte/securite/second-facteur", name="space.second_factor", **_MINE)
async def second_factor(request: AnyRequest) -> Response[bytes]:
    return await _second_factor(request, {})


@post("/mon-compte/securite/second-facteur", name="space.turn_factor_on", **_MINE)
async def turn_factor_on(request: AnyRequest) -> Response[bytes]:
    codes, errors = await security.turn_on(await _asker(request))
    return await _second_factor(request, errors) if errors else _codes(request, codes)


@post("/mon-compte/securite/codes", name="space.new_codes", **_MINE)
async def new_codes(request: AnyRequest) -> Response[bytes]:
    codes, errors = await security.new_codes(await _asker(request))
    return await _security(request, factor_errors=errors) if errors else _codes(request, codes)


@post("/mon-compte/securite/second-facteur/retirer", name="space.turn_factor_off", **_MINE)
async def turn_factor_off(request: AnyRequest) -> Response[bytes]:
    if errors := await security.turn_off(await _asker(request)):
        return await _security(request, factor_errors=errors)
    return go(request, "/mon-compte/securite", flash="Le second facteur est désactivé.")


# ---- mails, consents, evidence ------------------------------------------------------------------


@get("/mon-compte/notifications", name="space.notifications", **_MINE)
async def notifications(request: AnyRequest) -> Response[bytes]:
    who = me(request)
    comfort, owed = await consents.mails_of(
        who.account_id, is_practitioner=who.practitioner is not None
    )
    return _page(request, "space/notifications.html", "Notifications", comfort=comfort, legal=owed)


@post("/mon-compte/notifications", name="space.choose_notifications", **_MINE)
async def choose_notifications(request: AnyRequest) -> Response[bytes]:
    who, wanted = me(request), (await forms.read(request)).many("mail")
    await consents.choose(who.account_id, wanted, is_practitioner=who.practitioner is not None)
    return go(request, "/mon-compte/notifications", flash="Vos choix sont enregistrés.")


@get("/mon-compte/consentements", name="space.consents", **_ALWAYS_MINE)
async def consents_page(request: AnyRequest) -> Response[bytes]:
    found = await consents.consents_of(me(request).account_id, _now())
    return _page(request, "space/consents.html", "Mes consentements", consents=found)


@get("/mon-compte/preuves", name="space.evidence", **_ALWAYS_MINE)
async def evidence(request: AnyRequest) -> Response[bytes]:
    number = page_number(request.query_params.get("page", ""))
    found = await proofs.page_of(me(request).account_id, number)
    return _page(request, "space/evidence.html", "Mes preuves", page=found)


def _kept_as(name: str) -> dict[str, str]:
    """The headers of a file to keep, that nobody else does."""
    disposition = f'attachment; filename="{name}"'
    return {"content-disposition": disposition, "cache-control": "private, no-store"}


@get(list(proofs.FILES), name="space.evidence_file", **_ALWAYS_MINE)
async def evidence_file(request: AnyRequest) -> Response[bytes]:
    form = proofs.FILES[request.scope["path"].rstrip("/")]
    content = await proofs.file_of(me(request).account_id, form, _now())
    return Response(content, media_type=form.media_type, headers=_kept_as(form.name))


# ---- one's data, requests -----------------------------------------------------------------------


_MINUTES = int(sessions.PROVEN_FOR.total_seconds()) // 60
"""How long a password given again is good for."""


def _is_proven(request: AnyRequest) -> bool:
    return _now() - me(request).proven_at <= sessions.PROVEN_FOR


def _identity(request: AnyRequest, back: str, errors: Errors) -> Response[bytes]:
    context = {"back": back, "errors": errors, "minutes": _MINUTES}
    return _page(request, "space/identity.html", "Est-ce bien vous ?", **context)


@get("/mon-compte/identite", name="space.identity", sync_to_thread=False, **_ALWAYS_MINE)
def identity(request: AnyRequest) -> Response[bytes]:
    return _identity(request, local(request.query_params.get("suite", "")), {})


@post("/mon-compte/identite", name="space.prove_identity", **_MINE)
async def prove_identity(request: AnyRequest) -> Response[bytes]:
    asker = await _asker(request)
    back = local(asker.sent.text("suite", max=1_000))
    errors = await identity_refused(asker)
    return _identity(request, back, errors) if errors else go(request, back)


async def _download(request: AnyRequest, errors: Errors) -> Response[bytes]:
    export = await personal_data.standing(me(request).account_id, _now())
    context = {"export": export, "errors": errors, "minutes": _MINUTES}
    return _page(
        request,
        "space/download.html",
        "Télécharger mes données",
        blocks=("progress",),
        is_proven=_is_proven(request),
        **context,
    )


@get("/mon-compte/telecharger", name="space.download", **_ALWAYS_MINE)
async def download(request: AnyRequest) -> Response[bytes]:
    return await _download(request, {})


@post("/mon-compte/telecharger", name="space.ask_archive", **_MINE)
async def ask_archive(request: AnyRequest) -> Response[bytes]:
    asker = await _asker(request)
    if not _is_proven(request) and (errors := await identity_refused(asker)):
        return await _download(request, errors)
    await personal_data.ask(asker.account, now=asker.now)
    return go(request, "/mon-compte/telecharger")


@get("/mon-compte/telecharger/{archive:uuid}", name="space.archive", **_ALWAYS_MINE)
async def take_archive(request: AnyRequest, archive: FromPath[UUID]) -> Stream:
    if not _is_proven(request):
        raise Elsewhere(with_return("/mon-compte/identite", request.scope["path"]))
    content = await personal_data.taken(me(request).account_id, archive, now=_now())
    return Stream(content, media_type="application/zip", headers=_kept_as("mes-donnees.zip"))


async def _requests(request: AnyRequest, typed: following.Asked, errors: Errors) -> Response[bytes]:
    kept = await following.requests_of(me(request).account_id)
    context = {"requests": kept, "rights": following.CHOICES, "values": typed, "errors": errors}
    return _page(request, "space/requests.html", "Mes demandes", **context)


@get("/mon-compte/demandes", name="space.requests", **_ALWAYS_MINE)
async def requests_page(request: AnyRequest) -> Response[bytes]:
    return await _requests(request, following.Asked(), {})


@post("/mon-compte/demandes", name="space.send_request", **_MINE)
async def send_request(request: AnyRequest) -> Response[bytes]:
    typed, errors = await following.send(await _asker(request))
    if errors:
        return await _requests(request, typed, errors)
    sentence = "Votre demande est enregistrée. Un courriel vous le confirme."
    return go(request, "/mon-compte/demandes", flash=sentence)


# ---- leaving ------------------------------------------------------------------------------------


@get("/mon-compte/resilier", name="space.close", **_ALWAYS_MINE)
async def close(request: AnyRequest) -> Response[bytes]:
    gone, kept = await leaving.gone(me(request)), await leaving.kept(me(request), _now())
    return _page(request, "space/close.html", "Résilier mon compte", gone=gone, kept=kept)


def _confirm(request: AnyRequest, reason: str, errors: Errors) -> Response[bytes]:
    context = {"reasons": leaving.CHOICES, "reason": reason, "errors": errors}
    return _page(request, "space/close_confirm.html", "Confirmer la résiliation", **context)


@get("/mon-compte/resilier/confirmer", name="space.confirm", sync_to_thread=False, **_ALWAYS_MINE)
def confirm(request: AnyRequest) -> Response[bytes]:
    return _confirm(request, "", {})


@post("/mon-compte/resilier/confirmer", name="space.close_account", **_MINE)
async def close_account(request: AnyRequest) -> Response[bytes]:
    reason, errors = await leaving.close(await _asker(request))
    if errors:
        return _confirm(request, reason, errors)
    cookies.drop(request)
    return go(request, "/mon-compte/resilie")


@get("/mon-compte/resilie", name="space.closed", sync_to_thread=False)
def closed(request: AnyRequest) -> Response[bytes]:
    """Open to all: whoever has just closed their account is nobody any more."""
    return _page(request, "space/closed.html", "Votre compte est résilié")


# ---- a new version of a document ----------------------------------------------------------------


async def _to_accept(request: AnyRequest, back: str, errors: Errors) -> Response[bytes]:
    context = {"pending": await agreeing.pending(me(request), _now()), "back": back}
    if not context["pending"]:
        return go(request, back)
    return _page(request, "space/to_accept.html", "Avant de continuer", errors=errors, **context)


@get(agreeing.PAGE, name="space.to_accept", **_ALWAYS_MINE)
async def to_accept(request: AnyRequest) -> Response[bytes]:
    return await _to_accept(request, local(request.query_params.get("suite", "")), {})


@post(agreeing.PAGE, name="space.accept", **_MINE)
async def accept(request: AnyRequest) -> Response[bytes]:
    asker = await _asker(request)
    back, errors = local(asker.sent.text("suite", max=1_000)), await agreeing.accept(asker)
    return await _to_accept(request, back, errors) if errors else go(request, back)
