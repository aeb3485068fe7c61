"""One mailbox, one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import emails
from app.accounts.emails import AccentsInAddress, WrongAddress

LOCAL = st.from_regex(r"[A-Za-z0-9]+([._+-][A-Za-z0-9]+){0,3}", fullmatch=True).filter(
    lambda text: len(text) <= 60
)
DOMAIN = st.from_regex(r"[A-Za-z]([A-Za-z0-9]{0,20})\.(fr|com|org)", fullmatch=True)


@given(LOCAL, DOMAIN)
def test_case_and_spaces_around_make_no_other_address(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    kept = emails.normal(address)
    assert kept == address.lower()
    assert emails.normal(address.upper()) == emails.normal(f"  {address}\n") == kept
    assert emails.normal(kept) == kept


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_an_ascii_address_or_a_refusal(typed: str) -> None:
    try:
        kept = emails.normal(typed)
    except WrongAddress:
        return
    assert kept.isascii()
    assert kept == kept.lower()
    assert len(kept) <= 254
    assert not set(kept) & set("\r\n\0 ")


@pytest.mark.parametrize(
    "look_alike",
    [
        "c\u0430mille@exemple.fr",  # a Cyrillic a
        "camille\u200b@exemple.fr",
        "ｃamille@exemple.fr",
        "éva@exemple.fr",
    ],
)
def test_a_letter_from_elsewhere_before_the_at_is_refused(look_alike: str) -> None:
    with pytest.raises(AccentsInAddress):
        emails.normal(look_alike)


def test_a_domain_that_looks_like_another_is_kept_as_what_it_is() -> None:
    cyrillic = emails.normal("camille@ex\u0435mple.fr")
    assert cyrillic.startswith("camille@xn--")
    assert cyrillic != emails.normal("camille@exemple.fr")
    assert emails.normal("camille@EXÄMPLE.fr") == "camille@xn--exmple-cua.fr"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anne",
        "anne@",
        "@exemple.fr",
        "anne@exemple",
        "anne@exemple..fr",
        "anne@@exemple.fr",
        "anne dupuis@exemple.fr",
        "anne@exemple.fr\r\nBcc: tous@exemple.fr",
        "Anne <anne@exemple.fr>",
        "anne@[192.0.2.1]",
        f"{'a' * 250}@exemple.fr",
        "a" * 10_000,
    ],
)
def test_what_is_no_address_is_refused_in_french(typed: str) -> None:
    with pytest.raises(WrongAddress) as refusal:
        emails.normal(typed)
    assert "adresse" in refusal.value.message
