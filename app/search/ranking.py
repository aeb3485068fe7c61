"""The contractual order of the results (terms § 3.2, reading A): tiers, then the French alphabet, nothing else."""

from __future__ import annotations

COMPLETE = 1
JUPITERRE = 2
INCOMPLETE = 3


def tier_of(*, is_complete: bool, is_jupiterre_user: bool, jupiterre_tier: bool) -> int:
    """1: complete profile; 2: incomplete, uses the operator's software, if the setting makes it a tier; 3: other."""
    if is_complete:
        return COMPLETE
    return JUPITERRE if is_jupiterre_user and jupiterre_tier else INCOMPLETE


def why_this_tier(tier: int) -> str:
    """The sentence of « Pourquoi ici ? » about the tier."""
    return {
        COMPLETE: "Profil public renseigné en intégralité : affiché dans le premier groupe.",
        JUPITERRE: "Client du logiciel Jupi’terre, édité par l’exploitant du site, avec un profil"
        " encore incomplet : affiché dans le deuxième groupe.",
        INCOMPLETE: "Profil encore incomplet : affiché dans le dernier groupe.",
    }[tier]


ALPHABETICAL = "Dans chaque groupe, l’ordre est alphabétique ; rien d’autre ne compte."
