"""What an invented practitioner writes of a séance that comes after another is said of no other."""

from __future__ import annotations

import re

from app.demo.words import bank
from tests.demo.test_people import plain, some

AGAIN = re.compile(
    r"derniere (fois|rencontre)|precedente|deja venu|\bretour sur|\brappel\b|\brevoit|\brevient|\breprend"
    r"|revision|mise a jour|point d.etape|ajuste(ment)?\b|essayees|remarques"
)
"""Words of a séance that comes after another."""


def test_only_a_follow_up_is_told_with_words_of_a_follow_up() -> None:
    told = [text for words in bank().practices.values() for text in words.session]
    assert [text for text in told if AGAIN.search(plain(text))] == []
    firsts = 0
    for person in some(600):
        for service in person.services:
            if re.search("premi|découverte", service.label.casefold()):
                firsts += 1
                assert not AGAIN.search(plain(service.description)), service
                follow = bank().practices[service.practice].follow
                assert not any(text in service.description for text in follow), service
    assert firsts > 200


def test_a_follow_up_is_told_as_one_where_its_practice_has_words_for_it() -> None:
    found = 0
    for person in some(600):
        for service in person.services:
            words = bank().practices[service.practice]
            if (
                words.follow
                and "suivi" in service.label.casefold()
                and len(service.description) > 49
            ):
                found += 1
                assert any(text in service.description for text in words.follow), service
    assert found > 20
