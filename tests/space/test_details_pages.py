"""« Mes données »: what one says of oneself, changed by oneself and nobody else."""

from __future__ import annotations

import pytest

from app.accounts import people
from app.database import connection
from tests.accounts import cast
from tests.evidence.altering import emptied_register
from tests.space.member import PASSWORD, Member

pytestmark = pytest.mark.anyio

PAGE = "/mon-compte/donnees"


async def test_names_and_telephone_are_changed_at_any_time(camille: Member) -> None:
    """EX-4-4: the fields changed are evidence, never their content."""
    await camille.open(PAGE)
    seen = await camille.send(PAGE, prenom="Camille", nom="d’Aubigné", telephone="06 12 34 56 78")
    assert "Vos données sont enregistrées." in seen.text()
    assert seen.attribute("#champ-nom", "value") == "d’Aubigné"
    holder = await people.person(camille.account)
    assert (holder.last_name, holder.phone) == ("d’Aubigné", "+33612345678")
    noted = await connection.row(
        "SELECT content::jsonb -> 'champs' AS fields, content FROM evidence_entry"
        " WHERE subject_id = $1 AND kind = 'compte.modifie' ORDER BY id DESC LIMIT 1",
        camille.account,
    )
    assert noted is not None
    assert noted["fields"] == '["nom", "telephone"]'
    assert "Aubigné" not in noted["content"]


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    camille: Member,
) -> None:
    await camille.open(PAGE)
    seen = await camille.send(PAGE, prenom="Camille", nom="<script>", telephone="12")
    assert seen.status == 422
    assert seen.attribute("#champ-nom", "value") == "<script>"
    assert seen.attribute("#champ-nom", "aria-invalid") == "true"
    assert seen.attribute(".refusals a", "href") == "#champ-nom"
    assert "Exemples : 06 12 34 56 78" in seen.text("#champ-telephone-erreur")
    assert (await people.person(camille.account)).last_name == "Martin"


async def test_a_very_long_name_is_refused_not_cut(camille: Member) -> None:
    await camille.open(PAGE)
    seen = await camille.send(PAGE, nom="a" * 10_000)
    assert seen.status == 422
    assert (await people.person(camille.account)).last_name == "Martin"


async def test_the_address_changes_only_by_the_link_sent_to_the_new_mailbox(
    camille: Member,
) -> None:
    """EX-4-4: the former address is told."""
    await camille.open(PAGE)
    await camille.send(
        f"{PAGE}/courriel", courriel="Nouvelle@Exemple.example", mot_de_passe=PASSWORD
    )
    assert (await people.person(camille.account)).email == camille.email
    sent = await cast.mail("confirm_new_email", "nouvelle@exemple.example")
    link = f"/liens/{sent.token}"
    await camille.open(link)
    assert (await people.person(camille.account)).email == camille.email, "scanners follow links"
    await camille.send(link)
    assert (await people.person(camille.account)).email == "nouvelle@exemple.example"
    await cast.mail("email_changed", camille.email)


async def test_the_address_is_not_changed_without_the_password(camille: Member) -> None:
    await camille.open(PAGE)
    seen = await camille.send(
        f"{PAGE}/courriel", courriel="nouvelle@exemple.example", mot_de_passe="au hasard"
    )
    assert seen.status == 422
    assert seen.attribute("#champ-courriel", "value") == "nouvelle@exemple.example"
    assert seen.attribute("#champ-mot_de_passe", "value") == ""
    assert await cast.mailbox("nouvelle@exemple.example") == []


async def test_an_address_refused_says_that_the_password_has_to_be_typed_again(
    camille: Member,
) -> None:
    await camille.open(PAGE)
    seen = await camille.send(f"{PAGE}/courriel", courriel="nouvelle@", mot_de_passe=PASSWORD)
    assert seen.status == 422
    assert "Tapez-le de nouveau" in seen.text("#champ-mot_de_passe-erreur")
    assert [link.attributes["href"] for link in seen.all(".refusals a")] == [
        "#champ-courriel",
        "#champ-mot_de_passe",
    ]


async def test_the_role_and_the_dates_cannot_be_slipped_into_the_form(camille: Member) -> None:
    """Mass assignment: only the fields of the form are read."""
    await camille.open(PAGE)
    before = await people.person(camille.account)
    answer = await camille.post(
        PAGE,
        [
            *camille.held(PAGE),
            ("is_admin", "1"),
            ("email", "pirate@exemple.example"),
            ("account", "00000000-0000-0000-0000-000000000000"),
            ("email_confirmed_at", "2020-01-01"),
        ],
    )
    assert answer.status == 303
    assert await people.person(camille.account) == before


async def test_a_year_later_one_is_invited_to_read_again_and_may_say_it_is_right(
    camille: Member,
) -> None:
    """EX-5-4: on screen only, no mail."""
    assert "Un an est passé" not in (await camille.open(PAGE)).text()
    await _age_the_register(camille, days=366)
    try:
        assert "Vos coordonnées" in (await camille.open("/mon-compte")).text()
        await camille.open(PAGE)
        seen = await camille.send(f"{PAGE}/relues")
        assert "Un an est passé" not in seen.text()
        assert await cast.mailbox() == []
    finally:
        await emptied_register()  # dated back, it would show to whoever checks it next


async def _age_the_register(member: Member, *, days: int) -> None:
    """As if the account had been opened so long ago: the register refuses to be changed, so its guard sleeps."""
    async with connection.transaction():
        await connection.execute("ALTER TABLE evidence_entry DISABLE TRIGGER USER")
        await connection.execute(
            "UPDATE evidence_entry SET written_at = written_at - make_interval(days => $2)"
            " WHERE subject_id = $1",
            member.account,
            days,
        )
        await connection.execute("ALTER TABLE evidence_entry ENABLE TRIGGER USER")
