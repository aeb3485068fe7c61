"""What leaves for the mail server: well-formed, to one person, by a ciphered conversation, or kept as a file."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import stat
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app import config
from app import mail as door
from app.mail import Refused, TryLater, Unsendable
from tests.post import mailbox
from tests.post.samples import NOW

pytestmark = pytest.mark.anyio

PARTS: dict[str, Any] = {
    "to": "anne@exemple.fr",
    "subject": "Confirmez votre adresse é",
    "text": "Bonjour,\n.une ligne qui commence par un point\n" + "long " * 300 + "\n",
    "html": "<p>Bonjour</p>\n.un point\n",
    "message_id": "<0b7f@exemple.fr>",
    "written_at": NOW,
}


async def nothing() -> None:
    """All is agreed; nothing to write down."""


async def test_a_message_carries_what_readers_and_machines_need(server: mailbox.Mailbox) -> None:
    await door.hand(door.compose(**PARTS), before_text=nothing)
    (seen,) = server.texts
    assert seen["From"] == "Mon Pro du Bien-Être <contact@monprodubienetre.fr>"
    assert seen["To"] == "anne@exemple.fr"
    assert seen["Reply-To"].addresses[0].addr_spec == config.current().operator.report_email
    assert seen["Subject"] == PARTS["subject"]
    assert seen["Message-ID"] == "<0b7f@exemple.fr>"
    assert seen["Date"].datetime == NOW
    assert seen["Auto-Submitted"] == "auto-generated"
    assert seen["MIME-Version"] == "1.0"
    assert seen.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in seen.iter_parts())
    assert plain.replace("\r\n", "\n") == PARTS["text"]
    assert html.replace("\r\n", "\n") == PARTS["html"]
    for name in (
        "Cc",
        "Bcc",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "Disposition-Notification-To",
    ):
        assert seen[name] is None


async def test_a_comfort_mail_can_be_stopped_in_one_click() -> None:
    """RFC 8058: both headers, the address in https in production."""
    url = "https://exemple.fr/desabonnement/abc"
    message = door.compose(**PARTS, unsubscribe_url=url)
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "Bonjour\r\nBcc: tous@exemple.fr"},
        {"subject": "Bonjour\nBcc: tous@exemple.fr"},
        {"subject": "Bonjour\rBcc: tous@exemple.fr"},
        {"subject": "Bonjour\x00"},
        {"subject": "Bonjour\u2028Bcc: tous@exemple.fr"},
        {"subject": "Bonjour\x85Bcc: tous@exemple.fr"},
        {"to": "anne@exemple.fr\r\nBcc: tous@exemple.fr"},
        {"to": "anne@exemple.fr\r\nRCPT TO:<tous@exemple.fr>"},
        {"to": "anne@exemple.fr, autre@exemple.fr"},
        {"to": "anne@exemple.fr;autre@exemple.fr"},
        {"to": "Anne <anne@exemple.fr>"},
        {"to": "<anne@exemple.fr>"},
        {"to": "anne"},
        {"to": "@exemple.fr"},
        {"to": "anne@"},
        {"to": ""},
        {"message_id": "<a@b>\r\nX: y"},
        {"unsubscribe_url": "https://exemple.fr/\r\nX: y"},
    ],
)
async def test_a_header_never_holds_more_than_its_line(changed: dict[str, str]) -> None:
    with pytest.raises(Unsendable):
        door.compose(**(PARTS | changed))


async def test_an_address_with_accents_goes_to_a_server_that_takes_it(
    server: mailbox.Mailbox,
) -> None:
    await door.hand(door.compose(**(PARTS | {"to": "élodie@exemple.fr"})), before_text=nothing)
    assert server.texts[0]["To"] == "élodie@exemple.fr"


async def test_nothing_is_sent_when_it_is_too_late_to_send_it(server: mailbox.Mailbox) -> None:
    async def overtaken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await door.hand(door.compose(**PARTS), before_text=overtaken)
    assert server.seen == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of one's own for 127.0.0.1, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def _server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_conversation_is_ciphered_before_the_password_and_the_text(
    settings: pytest.MonkeyPatch, certificate: Path, security: str
) -> None:
    async with mailbox.opened(
        certificate=_server_side(certificate),
        is_tls_from_the_start=security == "tls",
        asks_password=True,
    ) as opened:
        settings.setenv("SMTP_HOST", "127.0.0.1")
        settings.setenv("SMTP_PORT", str(opened.port))
        settings.setenv("SMTP_SECURITY", security)
        settings.setenv("SMTP_USER", "site")
        settings.setenv("SMTP_PASSWORD", "sesame")
        config.forget()
        with pytest.raises(TryLater, match="certificate"):
            await door.hand(door.compose(**PARTS), before_text=nothing)
        settings.setenv("SSL_CERT_FILE", str(certificate))
        await door.hand(door.compose(**PARTS), before_text=nothing)
        assert opened.secrets == [(b"site", b"sesame")]
        assert len(opened.texts) == 1


async def test_a_wrong_password_is_no_fault_of_the_mail(settings: pytest.MonkeyPatch) -> None:
    """It waits for the operator to put it right."""
    async with mailbox.opened(asks_password=True) as opened:
        settings.setenv("SMTP_HOST", "127.0.0.1")
        settings.setenv("SMTP_PORT", str(opened.port))
        settings.setenv("SMTP_SECURITY", "none")
        settings.setenv("SMTP_USER", "site")
        settings.setenv("SMTP_PASSWORD", "wrong")
        config.forget()
        with pytest.raises(TryLater, match="535"):
            await door.hand(door.compose(**PARTS), before_text=nothing)
        assert opened.seen == []


async def test_a_server_that_does_not_cipher_gets_nothing_when_ciphering_is_asked(
    server: mailbox.Mailbox, settings: pytest.MonkeyPatch
) -> None:
    settings.setenv("SMTP_SECURITY", "starttls")
    config.forget()
    with pytest.raises(TryLater):
        await door.hand(door.compose(**PARTS), before_text=nothing)
    assert server.seen == []


async def test_a_server_that_says_nothing_is_left(
    settings: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch, anyio_backend: object
) -> None:
    async def saying_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await left.wait()
        writer.close()

    left = asyncio.Event()
    monkeypatch.setattr(door, "STEP_SECONDS", 0.2)
    silent = await asyncio.start_server(saying_nothing, "127.0.0.1", 0)
    settings.setenv("SMTP_HOST", "127.0.0.1")
    settings.setenv("SMTP_PORT", str(silent.sockets[0].getsockname()[1]))
    settings.setenv("SMTP_SECURITY", "none")
    config.forget()
    with pytest.raises(TryLater):
        await door.hand(door.compose(**PARTS), before_text=nothing)
    left.set()
    silent.close()
    await asyncio.sleep(0.05)


async def test_a_refusal_keeps_the_words_of_the_server_on_one_line(server: mailbox.Mailbox) -> None:
    server.script = ["554-5.7.1 first\r\n554 5.7.1 second"]
    with pytest.raises(Refused, match=r"^554 5\.7\.1 first"):
        await door.hand(door.compose(**PARTS), before_text=nothing)


async def test_without_a_server_a_mail_becomes_a_file_once(settings: pytest.MonkeyPatch) -> None:
    settings.delenv("SMTP_HOST", raising=False)
    config.forget()
    for _ in range(2):
        assert (await door.hand(door.compose(**PARTS), before_text=nothing)).startswith("250 ")
    (kept,) = door.folder().iterdir()
    assert kept.name == "0b7f.eml"
    assert message_from_bytes(kept.read_bytes(), policy=policy.default)["To"] == "anne@exemple.fr"
    assert stat.S_IMODE(door.folder().stat().st_mode) == 0o700
