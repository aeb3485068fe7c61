"""Signing in at the site's own door, and the people who do."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from uuid import uuid4

import msgspec
import pyotp
from playwright.async_api import Browser, StorageState, expect

from app.config import ROOT
from tests.journeys.browser.walker import Walker

PASSWORD = "quatre lanternes jaunes bavardent"


class Admin(msgspec.Struct, frozen=True):
    """An administrator; `secret`: of the one-time codes, each of which serves once."""

    email: str
    secret: str


def letters() -> str:
    """A name that nobody else bears."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:10]).capitalize()


def made(settled: dict[str, str], program: str, *arguments: str) -> str:
    """What `program` of this folder answers, on the browser's site."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.journeys.browser.{program}", *arguments],
        cwd=ROOT,
        env=settled,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def new_admin(settled: dict[str, str]) -> Admin:
    admin = Admin(f"ada.{uuid4().hex[:8]}@exemple.example", pyotp.random_base32())
    made(settled, "new_admin", admin.email, PASSWORD, admin.secret)
    return admin


async def cookies(
    browser: Browser, address: str, signing: Callable[[Walker], Awaitable[None]]
) -> StorageState:
    """What a browser keeps of `signing`, to be given to others: `arrive(…, storage_state=…)`."""
    context = await browser.new_context(base_url=address)
    await signing(Walker(await context.new_page(), address))
    kept = await context.storage_state()
    await context.close()
    return kept


async def sign_in(walker: Walker, email: str, page: str) -> None:
    """Sign in on the way to `page`."""
    await walker.open(f"/connexion?suite={page}")
    await walker.page.get_by_label("Adresse e-mail").fill(email)
    await walker.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    await walker.page.get_by_role("button", name="Se connecter").click()
    await expect(walker.title).not_to_have_text("Se connecter")


async def sign_in_to_the_desk(walker: Walker, admin: Admin, page: str = "/admin") -> None:
    await sign_in(walker, admin.email, page)
    await walker.page.get_by_label("Code").fill(pyotp.TOTP(admin.secret).now())
    await walker.press("Enter")
    await expect(walker.page).to_have_url(re.compile(re.escape(page) + "$"))
