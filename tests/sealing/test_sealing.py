"""What is sealed opens only whole, in its context, with its key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import config
from app.sealing import keys, sealing
from app.sealing.sealing import CannotOpen

OLD, NEW = keys.new_key(), keys.new_key()


@pytest.fixture(autouse=True, scope="module")
def _own_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATA_DIR", str(tmp_path_factory.mktemp("keys")))
        environment.delenv("SEALING_KEYS", raising=False)
        config.forget()
        yield
    config.forget()


@given(plain=st.binary(max_size=300), context=st.text(max_size=40))
def test_what_is_sealed_opens_in_its_context(plain: bytes, context: str) -> None:
    assert sealing.open_sealed(sealing.seal(plain, context=context), context=context) == plain


@given(plain=st.binary(min_size=8, max_size=80))
def test_a_sealed_text_does_not_show_what_it_holds_nor_repeat_itself(plain: bytes) -> None:
    sealed = sealing.seal(plain, context="essai")
    assert plain not in sealed
    assert sealed != sealing.seal(plain, context="essai")


@given(plain=st.binary(max_size=40), mask=st.integers(1, 255), data=st.data())
def test_a_text_with_any_byte_changed_does_not_open(
    plain: bytes, mask: int, data: st.DataObject
) -> None:
    sealed = bytearray(sealing.seal(plain, context="essai"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= mask
    with pytest.raises(CannotOpen):
        sealing.open_sealed(bytes(sealed), context="essai")


@given(plain=st.binary(max_size=40), data=st.data())
def test_a_text_cut_short_or_made_longer_does_not_open(plain: bytes, data: st.DataObject) -> None:
    sealed = sealing.seal(plain, context="essai")
    cut = data.draw(st.integers(0, len(sealed) - 1))
    for wrong in (sealed[:cut], sealed + sealed[:1]):
        with pytest.raises(CannotOpen):
            sealing.open_sealed(wrong, context="essai")


@given(st.binary(max_size=80))
def test_anything_else_is_refused_as_such(raw: bytes) -> None:
    with pytest.raises(CannotOpen):
        sealing.open_sealed(raw, context="essai")


@given(context=st.text(max_size=20), other=st.text(max_size=20))
def test_a_text_moved_elsewhere_does_not_open(context: str, other: str) -> None:
    sealed = sealing.seal(b"secret", context=context)
    if context != other:
        with pytest.raises(CannotOpen):
            sealing.open_sealed(sealed, context=other)


def test_a_text_whose_key_is_gone_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_keys(monkeypatch, f"old:{OLD}")
    sealed = sealing.seal(b"secret", context="essai")
    _with_keys(monkeypatch, f"new:{NEW}")
    with pytest.raises(CannotOpen, match="old"):
        sealing.open_sealed(sealed, context="essai")


def test_after_a_rotation_old_texts_open_and_new_ones_use_the_new_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _with_keys(monkeypatch, f"old:{OLD}")
    sealed = sealing.seal(b"secret", context="essai")
    _with_keys(monkeypatch, f"new:{NEW},old:{OLD}")
    assert sealing.open_sealed(sealed, context="essai") == b"secret"
    assert sealing.key_of(sealed) == "old"
    assert sealing.key_of(sealing.seal(b"secret", context="essai")) == "new"


def test_a_key_added_by_another_process_is_found_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SEALING_KEYS", raising=False)
    config.forget()
    before = keys.keyring()
    added = tmp_path / "keys" / "sealing"
    added.write_text(f"later:{NEW},{added.read_text('ascii')}", "ascii")
    monkeypatch.setenv("SEALING_KEYS", f"later:{NEW}")
    config.forget()
    sealed = sealing.seal(b"secret", context="essai")
    monkeypatch.delenv("SEALING_KEYS")
    config.forget()
    assert "later" not in before.keys
    assert sealing.open_sealed(sealed, context="essai") == b"secret"


def _with_keys(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("SEALING_KEYS", listed)
    config.forget()
