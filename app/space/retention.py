"""What the product no longer has a reason to keep (law § 2.9): one nightly run over the rules of every room.

Each rule looks again before it does anything: a run may be cut, started twice or repeated without harm.
"""

from __future__ import annotations

from datetime import datetime

from app.accounts import archives
from app.accounts import retention as accounts
from app.accounts.periods import months_later
from app.accounts.retention import Done
from app.directory import lines as profile_lines
from app.evidence import purging
from app.evidence.kinds import Retention
from app.moderation import retention as moderation
from app.post import retention as post
from app.settings import values

RETENTION = "retention"
"""The note the clock leaves every night."""

EVIDENCE = {
    Retention.CONNECTION: (values.CONNECTION_MONTHS, "Traces de connexion : contenu effacé"),
    Retention.EVIDENCE: (values.EVIDENCE_MONTHS, "Éléments de preuve : contenu effacé"),
    Retention.CONTRACT: (values.CONTRACT_MONTHS, "Preuves des contrats : contenu effacé"),
}


async def run(now: datetime, *, is_dry: bool = False) -> list[Done]:
    """Apply every rule at `now` (UTC), or only count what each would do; each period is a setting."""
    lines = await accounts.run(now, is_dry=is_dry)
    lines += await accounts.apply(moderation.RULES, now, is_dry=is_dry)
    lines.append(await _exports(now, is_dry=is_dry))
    lines.append(await _mails(now, is_dry=is_dry))
    lines += await _evidence(now, is_dry=is_dry)
    if not is_dry:
        forgotten = await profile_lines.forget(now)
        lines.append(Done("removals", "Lignes de profil supprimées", forgotten))
        lines.append(Done("over", "Sessions, liens et compteurs échus", await accounts.tidy(now)))
    return lines


async def _exports(now: datetime, *, is_dry: bool) -> Done:
    count = await (archives.over if is_dry else archives.tidy)(now)
    return Done("exports", "Archives à télécharger, leur jour passé", count)


async def _mails(now: datetime, *, is_dry: bool) -> Done:
    limit = months_later(now, -await values.value_of(values.MAIL_LOG_MONTHS, now))
    count = await (post.held_before if is_dry else post.purge)(limit)
    return Done("mails", "Journal des courriels", count)


async def _evidence(now: datetime, *, is_dry: bool) -> list[Done]:
    periods = {
        retention: now - months_later(now, -await values.value_of(setting, now))
        for retention, (setting, _) in EVIDENCE.items()
    }
    emptied = await purging.purge(now, periods=periods, is_dry_run=is_dry)
    return [
        Done(f"evidence_{retention.name.lower()}", label, emptied.get(retention, 0))
        for retention, (_, label) in EVIDENCE.items()
    ]
