"""A mail server of the tests: a real one (aiosmtpd), that does with each mail what it is told to."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ACCEPT = "250 2.0.0 taken"
HANG_UP_BEFORE = "hang up before the text is taken"
HANG_UP_AFTER = "take the text, then hang up without answering"
NEVER_ANSWER = "take the text, then say nothing"


class Mailbox:
    """`texts` are the mails it took for good. `script` says what to do with the next ones, then they are accepted.

    A step of the script is an answer (« 451 … », « 550 … ») or one of the constants above; `on_rcpt` answers to
    the address instead.
    """

    def __init__(self) -> None:
        self.port = 0
        self.texts: list[EmailMessage] = []
        self.script: list[str] = []
        self.on_rcpt: list[str] = []
        self.seen: list[str] = []
        self.secrets: list[tuple[bytes, bytes]] = []
        self.was_ciphered: list[bool] = []
        self.holding = asyncio.Event()
        self.released = asyncio.Event()

    @property
    def message_ids(self) -> list[str]:
        return [text["Message-ID"] for text in self.texts]

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.on_rcpt:
            return self.on_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return ACCEPT

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.was_ciphered.append(session.ssl is not None)
        content = envelope.content
        assert isinstance(content, bytes)
        text = message_from_bytes(content, policy=policy.default)
        assert isinstance(text, EmailMessage)
        self.seen.append(text["Message-ID"])
        step = self.script.pop(0) if self.script else ACCEPT
        if step == NEVER_ANSWER:
            self.texts.append(text)
            self.holding.set()
            await self.released.wait()
            return ACCEPT
        if step in (HANG_UP_AFTER, ACCEPT):
            self.texts.append(text)
        if step in (HANG_UP_AFTER, HANG_UP_BEFORE):
            cast(asyncio.WriteTransport, server.transport).abort()
            return ACCEPT
        return step

    def check(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.secrets.append((data.login, data.password))
        return AuthResult(success=data.password == b"sesame", handled=False)


@asynccontextmanager
async def opened(
    *,
    certificate: ssl.SSLContext | None = None,
    is_tls_from_the_start: bool = False,
    asks_password: bool = False,
) -> AsyncIterator[Mailbox]:
    """The server, listening on a port of its own until the end of the block."""
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    starttls = None if is_tls_from_the_start else certificate

    def conversation() -> SMTP:
        with warnings.catch_warnings():
            # It warns of passwords asked without STARTTLS; the tests have a server ciphered from the start too.
            warnings.simplefilter("ignore")
            return made()

    def made() -> SMTP:
        return SMTP(
            mailbox,
            loop=loop,
            hostname="localhost",
            enable_SMTPUTF8=True,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=asks_password,
            auth_require_tls=starttls is not None,
            authenticator=mailbox.check if asks_password else None,
        )

    server = await loop.create_server(
        conversation, "127.0.0.1", 0, ssl=certificate if is_tls_from_the_start else None
    )
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        mailbox.released.set()
        server.close()
