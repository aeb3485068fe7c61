"""A token is believed only whole, for its purpose, in its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import config
from app.sealing import signing
from app.sealing.signing import BadSignature

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


@pytest.fixture(autouse=True, scope="module")
def _own_secret() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SECRET_KEY", "un secret des essais, assez long pour eux")
        config.forget()
        yield
    config.forget()


@given(value=st.text(max_size=80))
def test_a_token_gives_back_its_value(value: str) -> None:
    token = signing.sign("essai", value, now=NOW)
    assert set(token) <= set(ALPHABET)
    assert signing.signed("essai", token, max_age=DAY, now=NOW + DAY) == value


@given(value=st.text(max_size=20), letter=st.sampled_from(ALPHABET), data=st.data())
def test_a_token_with_any_letter_changed_is_refused(
    value: str, letter: str, data: st.DataObject
) -> None:
    token = signing.sign("essai", value, now=NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(BadSignature):
            signing.signed("essai", changed, max_age=None, now=NOW)


@given(st.text(max_size=60))
def test_anything_else_is_refused_as_such(token: str) -> None:
    with pytest.raises(BadSignature):
        signing.signed("essai", token, max_age=None, now=NOW)


def test_a_token_too_old_is_refused_and_one_without_age_lasts() -> None:
    token = signing.sign("essai", "valeur", now=NOW)
    with pytest.raises(BadSignature):
        signing.signed("essai", token, max_age=DAY, now=NOW + DAY + timedelta(seconds=1))
    assert signing.signed("essai", token, max_age=None, now=NOW + 4000 * DAY) == "valeur"


def test_a_token_for_one_purpose_is_refused_for_another() -> None:
    token = signing.sign("desabonnement", "valeur", now=NOW)
    with pytest.raises(BadSignature):
        signing.signed("telechargement", token, max_age=None, now=NOW)


def test_a_token_of_another_installation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = signing.sign("essai", "valeur", now=NOW)
    monkeypatch.setenv("SECRET_KEY", "un autre secret, d’une autre installation")
    config.forget()
    with pytest.raises(BadSignature):
        signing.signed("essai", token, max_age=None, now=NOW)
    monkeypatch.undo()
    config.forget()


def test_codes_differ_by_purpose() -> None:
    assert signing.mac("adresse", b"x") == signing.mac("adresse", b"x")
    assert len({signing.mac(purpose, b"x") for purpose in ("adresse", "compte", "token:x")}) == 3


def test_random_tokens_do_not_repeat_and_only_their_hash_is_kept() -> None:
    tokens = {signing.token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(signing.digest(token)) for token in tokens} == {32}
