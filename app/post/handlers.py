"""The doors of the mails: stopping those one does not want; in development, reading what was sent."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath

from app.post import choices, kept_mails
from app.web import csrf
from app.web.guards import OPEN_WHILE_PENDING
from app.web.headers import CONTENT_SECURITY_POLICY
from app.web.pages import AnyRequest, page

# The reader's own machine posts here without having seen the page (RFC 8058): the signed link is the proof.
_BY_LINK = csrf.EXEMPT | OPEN_WHILE_PENDING
_FRAMING = {"content-security-policy": f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"}
_FRAMED = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
    ),
    "x-frame-options": "SAMEORIGIN",
    "cache-control": "no-store",
}
"""A mail has its style in itself; it can do nothing else, and nobody else's page can show it."""


@get("/desabonnement/{token:str}", name="post.unsubscribe", opt=OPEN_WHILE_PENDING)
async def unsubscribe(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Programs that follow the links of a mail change nothing: one presses the button."""
    choice = choices.choice_of(token, datetime.now(UTC))
    return _unsubscribing(request, choice, is_done=False)


@post("/desabonnement/{token:str}", name="post.unsubscribed", opt=_BY_LINK, status_code=200)
async def unsubscribed(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    choice = choices.choice_of(token, datetime.now(UTC))
    await choices.refuse(choice.account, choice.kind.name)
    return _unsubscribing(request, choice, is_done=True)


def _unsubscribing(
    request: AnyRequest, choice: choices.Choice, *, is_done: bool
) -> Response[bytes]:
    return page(
        request,
        "post/unsubscribe.html",
        title="C’est noté" if is_done else "Ne plus recevoir ces courriels",
        is_indexable=False,
        label=choice.kind.label,
        is_done=is_done,
    )


@get("/dev/courriels", name="post.mailbox")
async def mailbox(request: AnyRequest) -> Response[bytes]:
    return page(
        request,
        "post/mailbox.html",
        title="Courriels envoyés",
        is_indexable=False,
        mails=kept_mails.kept(),
    )


@get("/dev/courriels/{name:str}", name="post.mail")
async def mail(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    found = kept_mails.kept_mail(name)
    return page(
        request,
        "post/mail.html",
        title=found.subject,
        is_indexable=False,
        headers=_FRAMING,
        mail=found,
    )


@get("/dev/courriels/{name:str}/html", name="post.mail_html")
async def mail_html(name: FromPath[str]) -> Response[bytes]:
    """What a reader of mail shows, alone, unable to run or to load anything."""
    found = kept_mails.kept_mail(name)
    return Response(found.html.encode(), headers=_FRAMED, media_type=MediaType.HTML)


DEVELOPMENT = [mailbox, mail, mail_html]
"""Not even routed elsewhere."""
