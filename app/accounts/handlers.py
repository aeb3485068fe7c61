"""The doors of the house: sign-up, sign-in, the second step, forgotten password, the links of the mails, sign-out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.accounts import acceptances, asking, forms, mailed, passwords, people, sessions, signing_in
from app.accounts.acceptances import Box
from app.accounts.devices import KNOWN_FOR, Origin
from app.accounts.links import DeadLink
from app.accounts.signing_in import CodeAsked, Entered
from app.accounts.tables import LinkPurpose
from app.accounts.throttling import Locked
from app.errors import Refused, TooMany
from app.web import cookies, going
from app.web import forms as sent_forms
from app.web import sessions as web_sessions
from app.web.going import go, local
from app.web.guards import OPEN_WHILE_PENDING
from app.web.pages import AnyRequest, page
from app.web.people import SignedIn
from app.web.people import asking as who

HOME = "/mon-compte"
PRACTITIONER_HOME = "/espace"
ADMIN_HOME = "/admin"
JOINING = "/devenir-praticien"
"""Where a practitioner comes from and goes back to: the page that opens their space."""
STEP = "etape"
"""The cookie that says the first factor was right: it gives no access by itself."""
STEP_SECONDS = int(signing_in.TICKET_LIFE.total_seconds())


def _origin(request: AnyRequest) -> Origin:
    return Origin(**web_sessions.traces(request))


def _status(refusal: Refused) -> int:
    return 429 if isinstance(refusal, TooMany | Locked) else 422


def _wait(refusal: Refused | None) -> dict[str, str]:
    return {"retry-after": str(refusal.seconds)} if isinstance(refusal, TooMany) else {}


def _home(person: SignedIn | None) -> str:
    """Where one lands when no page was asked for."""
    if person is None:
        return HOME
    if person.is_admin:
        return ADMIN_HOME
    return HOME if person.practitioner is None else PRACTITIONER_HOME


def _private(template: str, request: AnyRequest, **context: Any) -> Response[bytes]:
    """A page of the doors: nothing for a search engine, and its address tells nobody where one comes from."""
    headers = {"referrer-policy": "same-origin"} | context.pop("headers", {})
    return page(request, template, is_indexable=False, headers=headers, **context)


# ---- sign-up ------------------------------------------------------------------------------------------------------


@get("/inscription", name="accounts.sign_up")
async def sign_up(request: AnyRequest) -> Response[bytes]:
    back = local(request.query_params.get("suite", ""), otherwise="")
    if me := who(request):
        return go(request, back or _home(me))
    boxes = await acceptances.boxes_of_sign_up(datetime.now(UTC))
    return _sign_up(request, forms.SignUp(back=back), boxes, {})


@post("/inscription", name="accounts.signed_up")
async def signed_up(request: AnyRequest) -> Response[bytes]:
    now = datetime.now(UTC)
    boxes = await acceptances.boxes_of_sign_up(now)
    form = forms.read_sign_up(await sent_forms.read(request), boxes)
    if errors := await forms.refused_in(form, boxes):
        return _sign_up(request, form, boxes, errors, status=422)
    try:
        await people.sign_up(
            first_name=form.first_name,
            last_name=form.last_name,
            email=form.email,
            password=form.password,
            boxes=form.ticked,
            back=form.back,
            origin=_origin(request),
            now=now,
        )
    except Refused as refusal:
        errors = {"": refusal.message, "mot_de_passe": passwords.TYPE_AGAIN}
        return _sign_up(request, form, boxes, errors, refusal=refusal)
    said = f"Le courriel part vers {form.email} : est-ce bien votre adresse ?"
    return go(request, "/inscription/envoyee", flash=said)


def _sign_up(
    request: AnyRequest,
    form: forms.SignUp,
    boxes: Sequence[Box],
    errors: forms.Errors,
    *,
    status: int = 200,
    refusal: Refused | None = None,
) -> Response[bytes]:
    return _private(
        "accounts/sign_up.html",
        request,
        title="Créer mon compte",
        status=_status(refusal) if refusal else status,
        headers=_wait(refusal),
        form=form,
        is_practitioner=form.back.startswith(JOINING),
        sign_in_url=going.with_return("/connexion", form.back),
        boxes=boxes,
        errors=errors,
    )


@get("/inscription/envoyee", name="accounts.sign_up_sent", sync_to_thread=False)
def sign_up_sent(request: AnyRequest) -> Response[bytes]:
    return _private("accounts/sent.html", request, title="Regardez vos courriels", is_new=True)


# ---- sign-in ------------------------------------------------------------------------------------------------------


@get("/connexion", name="accounts.sign_in", sync_to_thread=False)
def sign_in(request: AnyRequest) -> Response[bytes]:
    back = local(request.query_params.get("suite", ""), otherwise="")
    if me := who(request):
        return go(request, back or _home(me))
    return _sign_in(request, "", back, {})


@post("/connexion", name="accounts.signed_in")
async def signed_in(request: AnyRequest) -> Response[bytes]:
    sent = await sent_forms.read(request)
    email = sent.text("courriel")
    back = local(sent.text("suite", max=going.MAX_ADDRESS), otherwise="")
    try:
        step = await signing_in.by_password(
            email, sent.secret("mot_de_passe"), origin=_origin(request), now=datetime.now(UTC)
        )
    except Refused as refusal:
        return _sign_in(request, email, back, {"": refusal.message}, refusal=refusal)
    return await _next_step(request, step, back)


def _sign_in(
    request: AnyRequest,
    email: str,
    back: str,
    errors: forms.Errors,
    *,
    refusal: Refused | None = None,
) -> Response[bytes]:
    return _private(
        "accounts/sign_in.html",
        request,
        title="Se connecter",
        status=_status(refusal) if refusal else 200,
        headers=_wait(refusal),
        email=email,
        back=back,
        sign_up_url=going.with_return("/inscription", back),
        errors=errors,
    )


async def _next_step(request: AnyRequest, step: Entered | CodeAsked, back: str) -> Response[bytes]:
    if isinstance(step, CodeAsked):
        cookies.leave(request, STEP, step.ticket, seconds=STEP_SECONDS)
        return go(request, going.with_return("/connexion/code", back))
    return await _enter(request, step, back)


async def _enter(request: AnyRequest, entered: Entered, back: str) -> Response[bytes]:
    """A new token at each sign-in; the one the browser came with is worth nothing any more."""
    web_sessions.keep(request, entered.session_token, lasting=entered.lasting)
    cookies.leave(
        request,
        web_sessions.DEVICE,
        entered.device_token,
        seconds=int(KNOWN_FOR.total_seconds()),
    )
    cookies.withdraw(request, STEP)
    return go(request, back or _home(await web_sessions.opened(request, entered.session_token)))


@get("/connexion/code", name="accounts.code", sync_to_thread=False)
def code(request: AnyRequest) -> Response[bytes]:
    """The second step. Who is signed in without a second factor is sent to set one up."""
    back = local(request.query_params.get("suite", ""), otherwise="")
    if who(request):
        return go(request, f"{HOME}/securite/second-facteur")
    if not cookies.read(request, STEP):
        return go(request, going.with_return("/connexion", back))
    return _code(request, back, {})


@post("/connexion/code", name="accounts.code_given")
async def code_given(request: AnyRequest) -> Response[bytes]:
    sent = await sent_forms.read(request)
    back = local(sent.text("suite", max=going.MAX_ADDRESS), otherwise="")
    ticket = cookies.read(request, STEP)
    try:
        entered = await signing_in.by_code(
            ticket,
            sent.text("code", max=60),
            origin=_origin(request),
            now=datetime.now(UTC),
        )
    except signing_in.TicketOver as refusal:
        cookies.withdraw(request, STEP)
        return _sign_in(request, "", back, {"": refusal.message}, refusal=refusal)
    except Refused as refusal:
        return _code(request, back, {"code": refusal.message}, refusal=refusal)
    return await _enter(request, entered, back)


def _code(
    request: AnyRequest, back: str, errors: forms.Errors, *, refusal: Refused | None = None
) -> Response[bytes]:
    return _private(
        "accounts/code.html",
        request,
        title="Votre code de connexion",
        status=_status(refusal) if refusal else 200,
        headers=_wait(refusal),
        back=back,
        errors=errors,
    )


@post("/deconnexion", name="accounts.sign_out", opt=OPEN_WHILE_PENDING)
async def sign_out(request: AnyRequest) -> Response[bytes]:
    """Also for who is signed out already. The pages seen leave the browser with the sign-in session."""
    if me := who(request):
        await sessions.end(me.account_id, me.session_id)
    web_sessions.drop(request)
    answer = go(request, "/", flash="À bientôt : votre session est fermée.")
    answer.headers["clear-site-data"] = '"cache"'
    return answer


# ---- links asked for ----------------------------------------------------------------------------------------------

_ASKED = {
    "/connexion/lien": (LinkPurpose.SIGN_IN, "accounts/link.html", "Recevoir un lien de connexion"),
    "/mot-de-passe/oublie": (
        LinkPurpose.RESET_PASSWORD,
        "accounts/forgotten.html",
        "Mot de passe oublié",
    ),
}


@get(list(_ASKED), name="accounts.link", sync_to_thread=False)
def link(request: AnyRequest) -> Response[bytes]:
    _, template, title = _ASKED[request.scope["path"].rstrip("/")]
    return _private(template, request, title=title, email="", errors={})


@post(list(_ASKED), name="accounts.link_asked")
async def link_asked(request: AnyRequest) -> Response[bytes]:
    """The same answer whether or not the address has an account."""
    purpose, template, title = _ASKED[request.scope["path"].rstrip("/")]
    email = (await sent_forms.read(request)).text("courriel")
    try:
        await asking.ask(purpose, email, origin=_origin(request), now=datetime.now(UTC))
    except Refused as refusal:
        return _private(
            template,
            request,
            title=title,
            status=_status(refusal),
            headers=_wait(refusal),
            email=email,
            errors={"courriel": refusal.message},
        )
    return go(request, "/connexion/envoye")


@get("/connexion/envoye", name="accounts.link_sent", sync_to_thread=False)
def link_sent(request: AnyRequest) -> Response[bytes]:
    return _private("accounts/sent.html", request, title="Regardez vos courriels", is_new=False)


@post("/mot-de-passe/force", name="accounts.strength", status_code=200, opt=OPEN_WHILE_PENDING)
async def strength(request: AnyRequest) -> Response[bytes]:
    """The live meter: asked while typing, never needed."""
    me = who(request)
    meter = await forms.read_meter(
        await sent_forms.read(request),
        (me.email, me.first_name, me.last_name) if me else (),
        shortest=passwords.SHORTEST_PRIVILEGED
        if me and (me.is_admin or me.practitioner)
        else passwords.SHORTEST,
    )
    return _private("accounts/_strength.html", request, title="Solidité", meter=meter)


# ---- links of the mails -------------------------------------------------------------------------------------------


@get("/liens/{token:str}", name="accounts.mailed_link", opt=OPEN_WHILE_PENDING)
async def mailed_link(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Only asks: mail scanners open every link of a mail."""
    try:
        shown = await mailed.shown(token, now=datetime.now(UTC))
    except DeadLink as refusal:
        return _dead(request, refusal)
    return _mailed(request, shown, {})


@post("/liens/{token:str}", name="accounts.mailed_link_used", opt=OPEN_WHILE_PENDING)
async def mailed_link_used(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    now = datetime.now(UTC)
    sent = await sent_forms.read(request)
    try:
        shown = await mailed.shown(token, now=now)
    except DeadLink as refusal:
        return _dead(request, refusal)
    try:
        done = await mailed.use(
            token, shown, sent.secret("mot_de_passe"), origin=_origin(request), now=now
        )
    except passwords.WeakPassword as refusal:
        return _mailed(request, shown, {"mot_de_passe": refusal.message})
    except Refused as refusal:
        return _dead(request, refusal)
    if done.step is None:
        return go(request, done.url, flash=done.sentence)
    return await _next_step(request, done.step, done.url)


def _mailed(request: AnyRequest, shown: mailed.Shown, errors: forms.Errors) -> Response[bytes]:
    return _private(
        "accounts/mailed_link.html",
        request,
        title=shown.title,
        status=422 if errors else 200,
        shown=shown,
        errors=errors,
    )


def _dead(request: AnyRequest, refusal: Refused) -> Response[bytes]:
    return _private(
        "accounts/dead_link.html",
        request,
        title="Ce lien ne fonctionne pas",
        status=410 if isinstance(refusal, DeadLink) else 409,
        sentence=refusal.message,
    )
