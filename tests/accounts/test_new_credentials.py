"""Another password, another address, and « ce n’était pas moi »."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pyotp
import pytest

from app.accounts import (
    incidents,
    links,
    new_email,
    new_password,
    passwords,
    people,
    second_factor,
    sessions,
    signing_in,
    throttling,
)
from app.accounts.signing_in import CodeAsked, MustChangePassword, WrongCredentials
from app.accounts.tables import LinkPurpose
from app.database import connection
from tests.accounts import cast
from tests.accounts.cast import ELSEWHERE, HOME, NOW, OTHER_PASSWORD, PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nobody")]

HOUR = timedelta(hours=1)


async def reset_link(account: UUID) -> str:
    return (await links.make(account, LinkPurpose.RESET_PASSWORD, now=NOW)).rpartition("/")[2]


async def test_changing_the_password_ends_the_other_sessions() -> None:
    account = await cast.client()
    other, current = await cast.entered(), await cast.entered()
    await new_password.change(
        account,
        current.session,
        current=PASSWORD,
        wanted=OTHER_PASSWORD,
        origin=HOME,
        now=NOW + HOUR,
    )
    assert await sessions.opened(other.session_token, NOW + HOUR) is None
    assert await sessions.opened(current.session_token, NOW + HOUR) is not None
    assert (await people.person(account)).password_changed_at == NOW + HOUR
    with pytest.raises(WrongCredentials):
        await cast.entered()
    await cast.entered(password=OTHER_PASSWORD)
    await cast.mail("password_changed", "anne@exemple.fr")


async def test_a_change_of_address_asked_before_a_new_password_does_not_happen() -> None:
    """Whoever asked for it knew the former password."""
    account = await cast.client()
    current = await cast.entered()
    await ask(account, "voleur@exemple.fr")
    pending = (await cast.mail("confirm_new_email")).token
    await new_password.change(
        account,
        current.session,
        current=PASSWORD,
        wanted=OTHER_PASSWORD,
        origin=HOME,
        now=NOW,
    )
    with pytest.raises(links.DeadLink):
        await new_email.take_effect(pending, now=NOW)


async def test_the_link_that_unlocks_lets_the_password_be_given_again_in_the_account() -> None:
    account = await cast.client()
    now = NOW
    for _ in range(throttling.TRIES_BEFORE_LOCK):
        with pytest.raises(WrongCredentials):
            await signing_in.check_password(account, "faux", origin=HOME, now=now)
        now += 2 * HOUR
    with pytest.raises(throttling.Locked):
        await signing_in.check_password(account, PASSWORD, origin=HOME, now=now)
    await cast.answer_notes(now)
    await signing_in.unlock((await cast.mail("account_locked")).token, now=now)
    await signing_in.check_password(account, PASSWORD, origin=HOME, now=now)


async def test_the_current_password_is_asked_and_its_tries_are_counted() -> None:
    account = await cast.client()
    current = await cast.entered()

    async def attempt() -> None:
        await new_password.change(
            account, current.session, current="faux", wanted=OTHER_PASSWORD, origin=HOME, now=NOW
        )

    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await attempt()
    with pytest.raises(throttling.TooManyTries):
        await attempt()


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (PASSWORD, new_password.SamePassword),
        ("motdepasse123", passwords.WeakPassword),
        ("lampe-Dupuis-tortue-77", passwords.WeakPassword),
        ("x" * 129, passwords.WeakPassword),
    ],
)
async def test_a_poor_choice_changes_nothing_and_the_link_still_works(
    wanted: str, refusal: type[passwords.WeakPassword]
) -> None:
    account = await cast.client()
    token = await reset_link(account)
    with pytest.raises(refusal):
        await new_password.reset(token, wanted, origin=HOME, now=NOW)
    await new_password.reset(token, OTHER_PASSWORD, origin=HOME, now=NOW)


async def test_a_reset_ends_every_session_and_every_link() -> None:
    """EX-4-6."""
    account = await cast.client()
    opened = [await cast.entered() for _ in range(2)]
    signing = (await links.make(account, LinkPurpose.SIGN_IN, now=NOW)).rpartition("/")[2]
    token = await reset_link(account)
    assert await new_password.reset(token, OTHER_PASSWORD, origin=ELSEWHERE, now=NOW) == account
    assert [await sessions.opened(one.session_token, NOW) for one in opened] == [None, None]
    with pytest.raises(links.DeadLink):
        await signing_in.by_link(signing, origin=HOME, now=NOW)
    await cast.entered(password=OTHER_PASSWORD)
    (trace,) = await cast.evidence("auth.mdp_change", account)
    assert trace["par"] == "lien"


async def test_a_reset_lifts_the_lock_of_the_tries() -> None:
    account = await cast.client()
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await cast.entered(password="faux", origin=ELSEWHERE)
    with pytest.raises(throttling.TooManyTries):
        await cast.entered()
    await new_password.reset(await reset_link(account), OTHER_PASSWORD, origin=HOME, now=NOW)
    await cast.entered(password=OTHER_PASSWORD)


async def test_a_link_of_reset_serves_once_and_half_an_hour() -> None:
    account = await cast.client()
    token = await reset_link(account)
    with pytest.raises(links.DeadLink):
        await new_password.reset(
            token, OTHER_PASSWORD, origin=HOME, now=NOW + timedelta(minutes=30)
        )
    await new_password.reset(token, OTHER_PASSWORD, origin=HOME, now=NOW)
    with pytest.raises(links.DeadLink):
        await new_password.reset(token, PASSWORD, origin=HOME, now=NOW)


async def test_a_second_request_kills_the_first_link() -> None:
    account = await cast.client()
    first, second = await reset_link(account), await reset_link(account)
    with pytest.raises(links.DeadLink):
        await new_password.reset(first, OTHER_PASSWORD, origin=HOME, now=NOW)
    await new_password.reset(second, OTHER_PASSWORD, origin=HOME, now=NOW)


# --- The address -----------------------------------------------------------------------------------------------


async def ask(account: UUID, address: str, password: str = PASSWORD) -> None:
    await new_email.ask(account, address, password=password, origin=HOME, now=NOW)


async def test_a_new_address_counts_once_its_mailbox_answered() -> None:
    """EX-4-4: and the former one is told."""
    account = await cast.client()
    await ask(account, "Anne.Dupuis@Exemple.org")
    assert (await people.person(account)).email == "anne@exemple.fr"
    token = (await cast.mail("confirm_new_email", "anne.dupuis@exemple.org")).token
    await new_email.take_effect(token, now=NOW)
    assert (await people.person(account)).email == "anne.dupuis@exemple.org"
    await cast.mail("email_changed", "anne@exemple.fr")
    await cast.mail("email_changed", "anne.dupuis@exemple.org")
    await cast.entered("anne.dupuis@exemple.org")
    with pytest.raises(WrongCredentials):
        await cast.entered("anne@exemple.fr")
    assert {"champs": ["email"], "auteur": "personne"} in await cast.evidence(
        "compte.modifie", account
    )


async def test_the_address_of_somebody_else_gets_the_same_answer() -> None:
    account = await cast.client()
    await cast.client("zoe@exemple.fr")
    await ask(account, "zoe@exemple.fr")
    await cast.mail("already_registered", "zoe@exemple.fr")
    assert (await people.person(account)).email == "anne@exemple.fr"


async def test_an_address_taken_meanwhile_is_refused_and_the_link_kept() -> None:
    account = await cast.client()
    await ask(account, "libre@exemple.fr")
    token = (await cast.mail("confirm_new_email")).token
    await cast.sign_up("libre@exemple.fr")
    with pytest.raises(people.AddressTaken):
        await new_email.take_effect(token, now=NOW)
    assert (await people.person(account)).email == "anne@exemple.fr"


async def test_a_change_of_address_asks_for_the_password() -> None:
    account = await cast.client()
    with pytest.raises(WrongCredentials):
        await ask(account, "autre@exemple.fr", "faux")
    with pytest.raises(new_email.SameAddress):
        await ask(account, "ANNE@exemple.fr")
    assert await cast.mailbox() == []


async def test_what_was_sent_to_the_former_mailbox_dies_with_it() -> None:
    account = await cast.client()
    token = await reset_link(account)
    await ask(account, "neuve@exemple.fr")
    await new_email.take_effect((await cast.mail("confirm_new_email")).token, now=NOW)
    with pytest.raises(links.DeadLink):
        await new_password.reset(token, OTHER_PASSWORD, origin=HOME, now=NOW)


# --- « Ce n’était pas moi » ------------------------------------------------------------------------------------


async def test_a_report_closes_everything_until_a_new_password() -> None:
    """EX-4-6."""
    await cast.admin()
    account = await cast.client()
    current = await cast.entered()
    await incidents.report(account, origin=HOME, now=NOW)
    assert await sessions.opened(current.session_token, NOW) is None
    with pytest.raises(MustChangePassword):
        await cast.entered()
    signing = (await links.make(account, LinkPurpose.SIGN_IN, now=NOW)).rpartition("/")[2]
    with pytest.raises(MustChangePassword):
        await signing_in.by_link(signing, origin=HOME, now=NOW)
    token = (await cast.mail("reset_password", "anne@exemple.fr")).token
    with pytest.raises(new_password.SamePassword):
        await new_password.reset(token, PASSWORD, origin=HOME, now=NOW)
    await new_password.reset(token, OTHER_PASSWORD, origin=HOME, now=NOW)
    await cast.entered(password=OTHER_PASSWORD)
    assert str(account) in (await cast.mail("admin_alert", "ada@exemple.fr")).text
    (locked,) = await cast.evidence("compte.verrouille", account)
    assert locked["motif"] == "acces_non_autorise"


async def test_the_former_mailbox_undoes_a_change_of_address() -> None:
    account = await cast.client()
    await ask(account, "voleur@exemple.fr")
    await new_email.take_effect((await cast.mail("confirm_new_email")).token, now=NOW)
    token = (await cast.mail("email_changed", "anne@exemple.fr")).token
    assert await incidents.not_me(token, origin=HOME, now=NOW) == account
    assert (await people.person(account)).email == "anne@exemple.fr"
    await cast.mail("reset_password", "anne@exemple.fr")
    with pytest.raises(links.DeadLink):
        await incidents.not_me(token, origin=HOME, now=NOW)


async def moved(account: UUID, address: str, *, now: datetime = NOW) -> str:
    """Move the account to `address`; answers the token of the way back, in the former mailbox."""
    former = (await people.person(account)).email
    await ask(account, address)
    await new_email.take_effect((await cast.mail("confirm_new_email", address)).token, now=now)
    return [one for one in await cast.mailbox(former) if one.kind == "email_changed"][-1].token


async def test_a_report_counts_even_when_the_former_address_was_taken() -> None:
    account = await cast.client()
    token = await moved(account, "voleur@exemple.fr")
    await cast.sign_up("anne@exemple.fr")
    other = await people.at("anne@exemple.fr")
    assert other is not None
    async with connection.transaction():
        await people.confirm(other.id, now=NOW)
    await incidents.not_me(token, origin=HOME, now=NOW)
    found = await people.person(account)
    assert found.email == "voleur@exemple.fr"
    assert found.is_locked


async def test_an_account_never_confirmed_does_not_keep_a_thief_s_victim_from_their_address() -> (
    None
):
    account = await cast.client()
    token = await moved(account, "voleur@exemple.fr")
    await cast.sign_up("anne@exemple.fr")
    squatter = await people.at("anne@exemple.fr")
    assert squatter is not None
    await incidents.not_me(token, origin=HOME, now=NOW)
    assert (await people.person(account)).email == "anne@exemple.fr"
    assert (await people.person(squatter.id)).closed_at == NOW
    assert await cast.evidence("compte.clos", squatter.id)


async def test_a_thief_who_moved_an_account_twice_has_no_way_back_to_it() -> None:
    account = await cast.client()
    holders = await moved(account, "voleur@exemple.fr")
    thiefs = await moved(account, "voleur-2@exemple.fr", now=NOW + HOUR)
    await incidents.not_me(holders, origin=HOME, now=NOW + HOUR)
    with pytest.raises(links.DeadLink):
        await incidents.not_me(thiefs, origin=HOME, now=NOW + HOUR)
    assert (await people.person(account)).email == "anne@exemple.fr"


async def test_the_holder_comes_back_even_after_the_thief_used_their_own_link() -> None:
    account = await cast.client()
    holders = await moved(account, "voleur@exemple.fr")
    thiefs = await moved(account, "voleur-2@exemple.fr", now=NOW + HOUR)
    await incidents.not_me(thiefs, origin=HOME, now=NOW + HOUR)
    await incidents.not_me(holders, origin=HOME, now=NOW + HOUR)
    assert (await people.person(account)).email == "anne@exemple.fr"


async def test_a_second_factor_set_after_a_theft_of_the_address_is_taken_off_with_it() -> None:
    """The mail that told of it went to the thief."""
    account = await cast.client()
    token = await moved(account, "voleur@exemple.fr")
    session = (await cast.entered("voleur@exemple.fr")).session
    generator = pyotp.TOTP((await second_factor.begin(account)).secret)
    later = NOW + HOUR
    await second_factor.confirm(account, session, generator.at(later), now=later)
    await incidents.not_me(token, origin=HOME, now=later)
    assert not (await people.person(account)).has_second_factor


async def test_a_second_factor_of_before_the_theft_stays() -> None:
    account = await cast.client()
    session = (await cast.entered()).session
    generator = pyotp.TOTP((await second_factor.begin(account)).secret)
    await second_factor.confirm(account, session, generator.at(NOW), now=NOW)
    await ask(account, "voleur@exemple.fr")
    confirming = (await cast.mail("confirm_new_email")).token
    await new_email.take_effect(confirming, now=NOW + HOUR)
    token = (await cast.mail("email_changed", "anne@exemple.fr")).token
    await incidents.not_me(token, origin=HOME, now=NOW + HOUR)
    assert (await people.person(account)).has_second_factor


async def test_a_second_factor_set_by_a_stranger_is_taken_off() -> None:
    account = await cast.client()
    session = (await cast.entered()).session
    generator = pyotp.TOTP((await second_factor.begin(account)).secret)
    await second_factor.confirm(account, session, generator.at(NOW), now=NOW)
    token = (await cast.mail("second_factor_changed")).token
    await incidents.not_me(token, origin=HOME, now=NOW)
    changes = [said["changement"] for said in await cast.evidence("auth.2fa", account)]
    assert changes == ["on", "off"]
    reset = (await cast.mail("reset_password")).token
    await new_password.reset(reset, OTHER_PASSWORD, origin=HOME, now=NOW)
    assert not isinstance(await cast.entered(password=OTHER_PASSWORD), CodeAsked)


async def test_a_secret_seen_before_a_new_password_never_becomes_the_second_factor() -> None:
    account = await cast.client()
    seen = (await second_factor.begin(account)).secret
    await new_password.reset(await reset_link(account), OTHER_PASSWORD, origin=HOME, now=NOW)
    chosen = (await second_factor.begin(account)).secret
    assert chosen != seen
    current = await cast.entered(password=OTHER_PASSWORD)
    await new_password.change(
        account,
        current.session,
        current=OTHER_PASSWORD,
        wanted=PASSWORD,
        origin=HOME,
        now=NOW,
    )
    assert (await second_factor.begin(account)).secret != chosen


async def test_renaming_says_which_fields_and_never_what() -> None:
    """EX-4-4."""
    account = await cast.client()
    await people.rename(
        account, first_name="Anne", last_name="Durand", phone_typed="06 12 34 56 78"
    )
    found = await people.person(account)
    assert (found.last_name, found.phone) == ("Durand", "+33612345678")
    said = (await cast.evidence("compte.modifie", account))[-1]
    assert said == {"champs": ["nom", "telephone"], "auteur": "personne"}
