"""The rule of passwords, their strength in words, and what hashing costs."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from argon2 import profiles

from app.accounts import guessing, passwords, people
from app.accounts.passwords import TooBusy, WeakPassword
from tests.accounts import cast
from tests.accounts.cast import NOW, PASSWORD

pytestmark = pytest.mark.anyio

ABOUT = ("camille.martin@exemple.fr", "Camille", "Martin")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "a" * 12,
        "motdepasse123",
        "Motdepasse2026",
        "azertyuiop12",
        "azertyuiopqsdfghjklm",
        "123456789012345678",
        "١٢٣٤٥٦٧٨٩٠١٢",
        "bonjourbonjour",
        "monprodubienetre",
        "Camille-Martin-2026",
        "camille.martin@exemple.fr",
        "lampe-Martin-tortue-77",
        "Xk7#pq92Lm!",
        "x" * 129,
    ],
)
def test_what_is_soon_guessed_is_refused_with_what_to_do(password: str) -> None:
    """EX-4-1: spec of the law, § 2.7."""
    found = passwords.strength(password, ABOUT)
    assert not found.is_accepted
    assert found.score < 3
    assert found.advice
    assert all(line[0].isupper() and line.endswith(".") for line in found.advice)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "Xk7#pq92Lm!z",
        "j’aime les pommes vertes",
        "forêt nuage piano hibou",
        "日本語のパスワードです漢字",
        "Zq8!" + "tortue lampe vélo balcon " * 4,
    ],
)
def test_a_sentence_or_a_drawn_password_is_accepted(password: str) -> None:
    found = passwords.strength(password, ABOUT)
    assert found.is_accepted, found
    assert found.advice == ()


def test_practitioners_and_administrators_need_two_more_characters() -> None:
    assert passwords.strength("Xk7#pq92Lm!z").is_accepted
    found = passwords.strength("Xk7#pq92Lm!z", shortest=passwords.SHORTEST_PRIVILEGED)
    assert not found.is_accepted
    assert "14" in found.advice[0]


def test_french_words_count_among_the_guesses() -> None:
    bare = guessing.dictionaries()
    assert {"french_words", "french_names", "french_passwords"} < bare.keys()
    assert "éléphant" in bare["french_words"]
    assert "elephant" in bare["french_words"]
    assert guessing.is_common("MotDePasse123")


def test_what_is_known_of_one_person_does_not_judge_another() -> None:
    alone = guessing.score("petrichor-balcon")
    assert guessing.score("petrichor-balcon", ["petrichor", "balcon"]) < alone
    assert guessing.score("petrichor-balcon") == alone


@pytest.mark.parametrize(
    "password",
    ["4@8({[<3691!|0$5+7%2" * 6, "a" * 128, "aA1!" * 32, "password" * 16, "1234567890" * 12],
)
def test_no_password_takes_long_to_judge(password: str) -> None:
    guessing.score("déjà lu")
    begun = time.process_time()
    guessing.score(password[: passwords.LONGEST])
    assert time.process_time() - begun < 0.5


def test_in_earnest_hashing_follows_rfc_9106(monkeypatch: pytest.MonkeyPatch) -> None:
    """64 MiB, 3 passes, 4 lanes; the tests alone pay less."""
    from app import config

    assert passwords.parameters() == profiles.CHEAPEST
    monkeypatch.setenv("ENVIRONMENT", "development")
    config.forget()
    chosen = passwords.parameters()
    monkeypatch.undo()
    config.forget()
    assert (chosen.memory_cost, chosen.time_cost, chosen.parallelism) == (65_536, 3, 4)
    assert passwords.HASHES_AT_ONCE * chosen.memory_cost <= 128 * 1024


async def test_few_are_hashed_at_once_and_the_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight people signing in together do not take 512 MiB."""
    running = most = 0

    def slow(password: str) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1
        return password

    monkeypatch.setattr(passwords, "_hash", slow)
    await asyncio.gather(*(passwords.hashed(str(number)) for number in range(8)))
    assert most == passwords.HASHES_AT_ONCE


async def test_a_crowd_is_told_to_come_back_rather_than_left_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "MOST_WAITING", 3)
    done = await asyncio.gather(
        *(passwords.hashed("une phrase") for _ in range(10)), return_exceptions=True
    )
    refused = [one for one in done if isinstance(one, TooBusy)]
    assert len(refused) == 7
    assert await passwords.hashed("une phrase")


async def test_pasting_a_long_sentence_is_allowed_up_to_128_characters() -> None:
    long = ("tortue lampe vélo balcon citron " * 5)[:128]
    await passwords.refuse_weak(long, ABOUT)
    with pytest.raises(WeakPassword, match="128"):
        await passwords.refuse_weak(long + "e", ABOUT)


async def test_an_old_password_still_signs_in(nobody: None) -> None:
    """EX-4-2: no forced renewal; the page invites, from the date it shows."""
    account = await cast.client()
    later = NOW + timedelta(days=400)
    await cast.entered(now=later)
    assert (await people.person(account)).password_changed_at == NOW
