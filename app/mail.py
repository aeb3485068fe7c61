"""The only file that speaks SMTP: it makes the message of a mail and gives it to the server, once."""

from __future__ import annotations

import asyncio
import contextlib
import re
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib

from app import config

SENDER_NAME = "Mon Pro du Bien-Être"
STEP_SECONDS = 30.0
"""How long each answer of the server is waited for."""
TEXT_SECONDS = 300.0
"""The same once the text was given: a server may look at it before it answers (RFC 5321, § 4.5.3.2.6)."""
FAREWELL_SECONDS = 2.0
KEPT_REPLY = 300
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[A-Za-z0-9.-]+")


class Unsendable(ValueError):
    """A header would hold a line break or a control character, or the address is not one single address."""


class Refused(Exception):
    """The server does not take this mail, and never will; the words are its own."""


class TryLater(Exception):
    """The server does not answer, or says that it cannot take the mail for now; nothing was sent."""


class InDoubt(Exception):
    """The text was given and the answer never came: nobody can tell whether the mail was sent."""


def compose(
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    written_at: datetime,
    unsubscribe_url: str = "",
) -> EmailMessage:
    """The message of a mail to one person, its text readable alone. Raises `Unsendable`.

    `Auto-Submitted` keeps answering machines from answering (RFC 3834); a comfort mail carries the one-click
    unsubscription of RFC 8058.
    """
    settings = config.current()
    headers = {"Subject": subject, "Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for name, value in (*headers.items(), ("To", to)):
        if _UNSAFE.search(value):
            raise Unsendable(f"{name}: a line break or a control character")
    if not _ADDRESS.fullmatch(to):
        raise Unsendable("To: not one single address")
    message = EmailMessage(policy=policy.SMTP if to.isascii() else policy.SMTPUTF8)
    message["From"] = Address(SENDER_NAME, addr_spec=settings.mail_from)
    message["Reply-To"] = Address(SENDER_NAME, addr_spec=settings.operator.report_email)
    local, _, domain = to.rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Date"] = written_at
    for name, value in headers.items():
        message[name] = value
    message["Content-Language"] = "fr"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


async def hand(message: EmailMessage, *, before_text: Callable[[], Awaitable[None]]) -> str:
    """Give `message` to the server; answers the words with which it took it.

    `before_text` runs when all is agreed and only the text is left to give: what it raises stops there, and nothing
    is sent. Raises `Refused`, `TryLater`, or `InDoubt`. Without a server, outside production, the message becomes a
    file of `folder()`.
    """
    if config.current().smtp_host is None:
        await before_text()
        return _keep(message)
    to = message["To"].addresses[0].addr_spec
    client = await _connected()
    try:
        await _agreed(client, to)
        await before_text()
        try:
            reply = await client.data(message.as_bytes(), timeout=TEXT_SECONDS)
        except aiosmtplib.SMTPResponseException as answer:
            raise _told(answer) from answer
        except (aiosmtplib.SMTPException, OSError) as silence:
            raise InDoubt(_one_line(str(silence))) from silence
        return _one_line(f"{reply.code} {reply.message}")
    finally:
        # Not waited for: what the server answered must be written down at once.
        farewell = asyncio.create_task(_farewell(client))
        _farewells.add(farewell)
        farewell.add_done_callback(_farewells.discard)


_farewells: set[asyncio.Task[None]] = set()


async def _farewell(client: aiosmtplib.SMTP) -> None:
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        await client.quit(timeout=FAREWELL_SECONDS)
    client.close()


async def _connected() -> aiosmtplib.SMTP:
    """A conversation begun, ciphered and signed in as the settings say; what fails there is not the mail's fault."""
    settings = config.current()
    client = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user,
        password=settings.smtp_password,
        # Otherwise the name of the machine is looked up, which may take seconds and tells nobody anything.
        local_hostname=urlsplit(settings.public_url).hostname or "localhost",
        timeout=STEP_SECONDS,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
    )
    try:
        await client.connect()
    except (aiosmtplib.SMTPException, OSError, ValueError) as failure:
        client.close()
        raise TryLater(_one_line(str(failure))) from failure
    return client


async def _agreed(client: aiosmtplib.SMTP, to: str) -> None:
    """The server takes a mail from us and for `to`."""
    options, encoding = [], "ascii"
    try:
        if not to.isascii():
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
            if not client.supports_extension("smtputf8"):
                raise Refused("the server does not take addresses outside ASCII")
            options, encoding = ["SMTPUTF8", "BODY=8BITMIME"], "utf-8"
        await client.mail(config.current().mail_from, options=options, encoding=encoding)
        await client.rcpt(to, encoding=encoding)
    except aiosmtplib.SMTPResponseException as answer:
        raise _told(answer) from answer
    except (aiosmtplib.SMTPException, OSError) as silence:
        raise TryLater(_one_line(str(silence))) from silence


def _told(answer: aiosmtplib.SMTPResponseException) -> Refused | TryLater:
    """5xx is for ever, 4xx for now (RFC 5321, § 4.2.1); what is neither is not an answer to rely on."""
    words = _one_line(f"{answer.code} {answer.message}")
    return Refused(words) if 500 <= answer.code <= 599 else TryLater(words)


def _one_line(words: str) -> str:
    readable = words.encode("utf-8", "replace").decode()
    return _UNSAFE.sub("", " ".join(readable.split()))[:KEPT_REPLY]


def folder() -> Path:
    """Where mails stay on this machine when there is no server."""
    return config.current().data_dir / "courriels"


def _keep(message: EmailMessage) -> str:
    """One file a mail, always the same for the same one, whole or not there."""
    kept = folder()
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = re.sub(r"[^0-9A-Za-z-]", "", message["Message-ID"].partition("@")[0])
    with tempfile.NamedTemporaryFile(dir=kept, suffix=".part", delete=False) as file:
        file.write(message.as_bytes())
    Path(file.name).replace(kept / f"{name}.eml")
    return f"250 {name}.eml"
