"""The little French grammar the demonstration texts need: agreement, elision, contraction, typography."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_VOWELS = "aeiouyhàâäéèêëîïôöùûüœæ"
_NUMBERS = [
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
    *("onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit"),
    *("dix-neuf", "vingt", "vingt et un", "vingt-deux", "vingt-trois", "vingt-quatre"),
]
_MARK = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_ARTICLE = re.compile(r"^(les |le |la |l’|L’|Les |Le |La )")


class Agreed(NamedTuple):
    """A text in its two genders."""

    masculine: str
    feminine: str

    def of(self, is_woman: bool) -> str:
        return self.feminine if is_woman else self.masculine


def agreed(text: str) -> Agreed:
    """Both readings of a text marked « [masculine|feminine] »."""
    return Agreed(_MARK.sub(r"\1", text), _MARK.sub(r"\2", text))


def typeset(text: str) -> str:
    """Curly apostrophes and the no-break spaces French puts before high signs and inside guillemets."""
    text = text.replace("'", "’")
    text = re.sub(r" ([;!?])", "\u202f\\1", text)
    text = re.sub(r" ([:»])", "\u00a0\\1", text)
    text = text.replace("« ", "«\u00a0")
    return re.sub(r"([\d}]) (h|min)\b", "\\1\u00a0\\2", text)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def bare(noun: str) -> str:
    """The noun without its article: « la sophrologie » gives « sophrologie »."""
    return _ARTICLE.sub("", noun)


def of_bare(noun: str) -> str:
    """« de sophrologie », « d’hypnose », from the noun with its article."""
    name = bare(noun)
    # « y » counts as a consonant here: « de yoga ».
    elides = name[0].lower() in _VOWELS and not name.lower().startswith("y")
    return ("d’" if elides else "de ") + name


def to(noun: str) -> str:
    """« à la sophrologie », « au yoga », « aux fleurs de Bach »."""
    if noun.startswith("le "):
        return "au " + noun[3:]
    if noun.startswith("les "):
        return "aux " + noun[4:]
    return "à " + noun


def at_city(city: str) -> str:
    """« à Lyon », « au Mans », « aux Abymes », « à La Rochelle »."""
    return to(city[0].lower() + city[1:]) if city.startswith(("Le ", "Les ")) else "à " + city


def listed(words: Sequence[str]) -> str:
    """« a, b et c »."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}"


def in_words(number: int) -> str:
    """Numbers up to twenty-four in words, the others in figures."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)
