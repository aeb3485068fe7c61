"""The words of a place as people type them: letters compared, words around a name, names of towns abroad."""

from __future__ import annotations

import re

from app.directory.names import base_letters

_ALIASES = {"st": "saint", "ste": "sainte", "sts": "saints"}
_BETWEEN_WORDS = re.compile(r"[\s'’\-]+")
_ARTICLE = re.compile(r"^(la|le|les)\s+|^l['’]\s*", re.IGNORECASE)
_FRANCE = re.compile(r"(\s*,\s*|(?<!\bde)(?<!\ben)\s+)france$", re.IGNORECASE)
_AROUND = re.compile(
    r"^(?:(?:à|a)\s+(?:proximité|proximite|côté|cote)"
    r"|(?:aux\s+|les\s+)?(?:environs|alentours)|(?:du|de)\s+(?:côté|cote)|pas\s+loin|non\s+loin"
    r"|(?:la\s+|en\s+)?(?:région|region|ville)|dans|à|a|au|aux|en|vers|sur|autour|près|pres|proche)"
    r"(?:\s+(?:de|du|des)\s+|\s+d['’]\s*|\s+)",
    re.IGNORECASE,
)
TOWNS_ABROAD = frozenset(
    base_letters(name)
    for name in """
    Alger,Alicante,Amsterdam,Anvers,Athènes,Bâle,Barcelone,Beyrouth,Berlin,Berne,Bienne,Bilbao,
    Birmingham,Bologne,Bonn,Boston,Bruges,Bruxelles,Bucarest,Budapest,Casablanca,Charleroi,Chicago,
    Cologne,Copenhague,Cork,Courtrai,Dakar,Delémont,Dubaï,Dublin,Düsseldorf,Édimbourg,Florence,
    Francfort,Fribourg,Gand,Gênes,Genève,Gérone,Glasgow,Grenade,Hambourg,Helsinki,Istanbul,Lausanne,
    Le Caire,Leipzig,Liège,Lisbonne,Liverpool,Londres,Los Angeles,Louvain,Lugano,Luxembourg,Madrid,
    Malaga,Manchester,Marrakech,Martigny,Miami,Milan,Monaco,Mons,Montréal,Montreux,Moscou,Mouscron,
    Munich,Namur,Naples,Neuchâtel,New York,Nivelles,Nyon,Oran,Oslo,Oxford,Palerme,Pise,Porto,Prague,
    Québec,Rabat,Rome,Rotterdam,Saint-Sébastien,Salzbourg,Sarrebruck,Séville,Sion,Sofia,Stockholm,
    Stuttgart,Sydney,Tanger,Tokyo,Toronto,Tournai,Tunis,Turin,Valladolid,Varsovie,Venise,Verone,
    Verviers,Vevey,Vintimille,Zurich
    """.replace("\n", "").split(",")
)
"""Towns abroad that people of France name most: not known here, and never taken for a French town mistyped."""


def folded(text: str) -> str:
    """The name as compared: base letters, « St » read as « Saint »."""
    return "".join(_letters(word) for word in _words(text))


def dashed(text: str) -> str:
    """The name as an address writes it: « saint-denis » for « St Denis »."""
    return "-".join(filter(None, (_letters(word) for word in _words(text))))


def folded_label(label: str) -> str:
    """A label as compared: what is written in the field after a choice means that choice."""
    return " ".join(label.casefold().replace("’", "'").split())


def without_article(name: str) -> str:
    return _ARTICLE.sub("", name)


def bare(typed: str) -> str:
    """`typed` without the words around the name: « près de Lyon », « Lyon, France »."""
    return _AROUND.sub("", _FRANCE.sub("", typed.strip())).strip()


def readings(typed: str) -> list[str]:
    """What may be the name in `typed`, the surest first: as it stands, then bare."""
    return list(dict.fromkeys([typed.strip(), bare(typed)]))


def whole_beginning(name: str, letters: str) -> str:
    """The first words of `name` when they are `letters`: « Ivry » of « Ivry-sur-Seine »; else nothing."""
    for start in (name, without_article(name)):
        for end in [*(m.start() for m in _BETWEEN_WORDS.finditer(start)), len(start)]:
            if folded(start[:end]) == letters:
                return start[:end]
    return ""


def _words(text: str) -> list[str]:
    return _BETWEEN_WORDS.split(text.strip())


def _letters(word: str) -> str:
    return base_letters(_ALIASES.get(word.casefold(), word))
