"""Who uses Jupi'terre: one flag, by hand or by the operator's list; each change is evidence, and moves one tier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.database import connection
from app.directory import jupiterre
from app.directory.jupiterre import SOFTWARE, Author
from app.directory.spreadsheets import NotAList
from app.errors import NotFound
from app.listing import customers
from app.listing.customers import Customer, CustomerList, ListChanged
from tests import factories
from tests.accounts import cast
from tests.factories import id_of, indexed, practitioner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SIRETS = ("73282932000074", "35600000000048", "90045746600010")


@pytest.fixture(autouse=True)
async def nobody(pool: None, index_gateway: Any) -> AsyncIterator[None]:
    await cast.empty()
    await factories.empty_directory(index_gateway)
    yield
    await factories.empty_directory(index_gateway)


async def known(name: str, siret: str, email: str, **facts: Any) -> int:
    """A listed practitioner with this SIRET and this e-mail."""
    who = await id_of(await practitioner("Anne", name, **facts))
    await connection.execute(
        "UPDATE legal_identity SET siret = $2, email = $3 WHERE practitioner = $1",
        who,
        siret,
        email,
    )
    return who


async def marked() -> list[int]:
    return await jupiterre.users()


def given(*customers_told: tuple[str, str]) -> CustomerList:
    return customers.listed((n, *one) for n, one in enumerate(customers_told, 2))


# ---- the flag -------------------------------------------------------------------------------------


async def test_the_flag_says_when_and_by_whom_is_evidence_and_changes_no_completeness() -> None:
    """EX-3.2-6: an input of the ranking; a complete profile stays so, an incomplete one too."""
    admin = await cast.admin()
    full = await known("Abeille", SIRETS[0], "a@exemple.fr")
    partial = await known("Bernard", SIRETS[1], "b@exemple.fr", is_complete=False)
    before = await connection.rows("SELECT id, is_complete FROM practitioner ORDER BY id")
    criteria = await connection.rows("SELECT * FROM profile_criterion ORDER BY id")
    for who in (full, partial):
        assert await jupiterre.change(who, is_user=True, by=Author("Ada Byron", admin), now=NOW)
        assert not await jupiterre.change(who, is_user=True, by=SOFTWARE, now=NOW)
    assert await connection.rows("SELECT id, is_complete FROM practitioner ORDER BY id") == before
    assert await connection.rows("SELECT * FROM profile_criterion ORDER BY id") == criteria
    row = await connection.row("SELECT * FROM practitioner WHERE id = $1", full)
    assert row is not None
    assert (row["jupiterre_changed_at"], row["jupiterre_changed_by"]) == (NOW, "Ada Byron")
    told = [one for one in await cast.evidence(jupiterre.EVIDENCE) if one["praticien"] == full]
    assert told[-1] == {
        "praticien": full,
        "avant": False,
        "apres": True,
        "auteur": "administration",
        "par": str(admin),
    }


async def test_nobody_is_marked_who_does_not_exist() -> None:
    with pytest.raises(NotFound):
        await jupiterre.change(999_999, is_user=True, by=SOFTWARE, now=NOW)


async def test_a_flag_moves_an_incomplete_profile_before_the_others_and_no_complete_one(
    site: Any, index_gateway: Any
) -> None:
    """EX-3.2-6: at the very next page, before any job."""
    await known("Complet", SIRETS[0], "a@exemple.fr")
    await known("Alpha", SIRETS[1], "b@exemple.fr", is_complete=False)
    last = await known("Zeta", SIRETS[2], "c@exemple.fr", is_complete=False)
    await indexed(index_gateway)
    async with Visitor(site) as visitor:
        assert [slug.split("-")[1] for slug in (await visitor.get("/praticiens")).slugs] == [
            "complet",
            "alpha",
            "zeta",
        ]
        await jupiterre.change(last, is_user=True, by=SOFTWARE, now=NOW)
        assert [slug.split("-")[1] for slug in (await visitor.get("/praticiens")).slugs] == [
            "complet",
            "zeta",
            "alpha",
        ]


# ---- the list -------------------------------------------------------------------------------------


async def test_a_list_replaces_the_one_before_and_its_preview_changes_nothing() -> None:
    stays = await known("Reste", SIRETS[0], "reste@exemple.fr", is_jupiterre_user=True)
    leaves = await known("Part", SIRETS[1], "part@exemple.fr", is_jupiterre_user=True)
    comes = await known("Vient", SIRETS[2], "vient@exemple.fr")
    told = given((SIRETS[0], "reste@exemple.fr"), ("", "VIENT@exemple.fr"), ("", "x@exemple.fr"))
    seen = await customers.preview(told)
    assert [one.id for one in seen.marked] == [comes]
    assert [one.id for one in seen.unmarked] == [leaves]
    assert (seen.kept, seen.unknown) == (1, [Customer("", "x@exemple.fr")])
    assert await marked() == [stays, leaves]
    await customers.replace(told, by=SOFTWARE, mark=seen.mark, now=NOW)
    assert await marked() == sorted([stays, comes])
    again = await customers.replace(told, by=SOFTWARE, now=NOW)
    assert (again.marked, again.unmarked) == ([], [])


async def test_a_list_read_in_a_preview_that_is_no_longer_true_is_not_taken() -> None:
    who = await known("Un", SIRETS[0], "un@exemple.fr")
    told = given((SIRETS[0], "un@exemple.fr"))
    seen = await customers.preview(told)
    await jupiterre.change(who, is_user=True, by=SOFTWARE, now=NOW)
    with pytest.raises(ListChanged):
        await customers.replace(told, by=SOFTWARE, mark=seen.mark, now=NOW)


@pytest.mark.parametrize("is_user", [False, True])
async def test_a_line_that_may_be_two_people_changes_nothing_for_them_until_somebody_says_who(
    is_user: bool,
) -> None:
    """Decision 14: a SIRET of one and an e-mail of another, or a SIRET shared."""
    admin = Author("Ada Byron", await cast.admin())
    one = await known("Une", SIRETS[0], "une@exemple.fr", is_jupiterre_user=is_user)
    two = await known("Deux", SIRETS[0], "deux@exemple.fr", is_jupiterre_user=is_user)
    three = await known("Trois", SIRETS[1], "trois@exemple.fr")
    told = given((SIRETS[0], ""), (SIRETS[1], "deux@exemple.fr"))
    before = await marked()
    await customers.replace(told, by=SOFTWARE, now=NOW)
    assert await marked() == before
    shared, crossed = await customers.doubts()
    assert [each.id for each in shared.candidates] == [one, two]
    assert [each.id for each in crossed.candidates] == sorted([two, three])
    with pytest.raises(customers.NotACandidate):
        await customers.settle(shared.customer, three, by=admin, now=NOW)
    await customers.settle(shared.customer, one, by=admin, now=NOW)
    await customers.settle(crossed.customer, None, by=admin, now=NOW)
    assert await customers.doubts() == []
    with pytest.raises(NotFound):
        await customers.settle(shared.customer, two, by=admin, now=NOW)
    await customers.replace(told, by=SOFTWARE, now=NOW)
    assert await marked() == [one], "the answer holds for the lists to come"


async def test_both_keys_together_tell_apart_those_who_share_a_siret() -> None:
    await known("Une", SIRETS[0], "une@exemple.fr")
    two = await known("Deux", SIRETS[0], "deux@exemple.fr")
    await customers.replace(given((SIRETS[0], "deux@exemple.fr")), by=SOFTWARE, now=NOW)
    assert await marked() == [two]
    assert await customers.doubts() == []


async def test_a_list_of_nobody_is_refused_rather_than_emptying_everything() -> None:
    await known("Un", SIRETS[0], "un@exemple.fr", is_jupiterre_user=True)
    for told in (given(), given(("123", "")), given(("", "pas une adresse"))):
        with pytest.raises(NotAList):
            await customers.replace(told, by=SOFTWARE, now=NOW)
    assert len(await marked()) == 1


def test_a_list_is_read_whatever_its_other_columns_and_its_faults_are_told() -> None:
    raw = (
        "Nom,SIRET,Notes,Email\n"
        'Anne,732 829 320 00074,,Anne@Exemple.fr\nPaul,123,,paul@exemple.fr\n,,,\n"Léa",,,=x\nZoé,,,\n'
    )
    found = customers.read(raw.encode("cp1252"))
    assert found.customers == [Customer("73282932000074", "anne@exemple.fr")]
    assert [(fault.line, fault.column) for fault in found.faults] == [
        (3, "siret"),
        (5, "email"),
        (6, ""),
    ]
    assert found.encoding == "Windows-1252"
    assert customers.read(found.text.encode()).customers == found.customers
    with pytest.raises(NotAList):
        customers.read(b"nom;prenom\nA;B\n")


@pytest.mark.race
async def test_two_lists_at_once_leave_one_of_them_whole() -> None:
    people = [await known(f"N{n}", siret, f"n{n}@exemple.fr") for n, siret in enumerate(SIRETS)]
    first = given((SIRETS[0], "n0@exemple.fr"), (SIRETS[1], "n1@exemple.fr"))
    second = given((SIRETS[1], "n1@exemple.fr"), (SIRETS[2], "n2@exemple.fr"))
    await asyncio.gather(
        *(customers.replace(one, by=SOFTWARE, now=NOW) for one in (first, second) * 3)
    )
    assert await marked() in (people[:2], people[1:])
