"""The commands of the product: `python -m app.cli COMMANDE`. Each one imports what it needs when it runs."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from app import config, engines
from app.config import UnsafeSetup
from app.errors import Refused, Unavailable
from app.launching import CannotStart

COMMAND_LINE = "ligne de commande"
"""Who changed a setting or published a text from here."""

TRIAL: dict[str, Any] = {"action": "store_true", "help": "dit seulement ce qui serait fait"}
Command = Callable[[argparse.Namespace], int | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (the command line when omitted) name; the exit code."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options) or 0
    except (CannotStart, Refused, Unavailable, UnsafeSetup) as refusal:
        print(f"✗ {refusal}", file=sys.stderr, flush=True)
        return 1


class FrenchParser(argparse.ArgumentParser):
    """Argparse, answering a command line it does not understand in French."""

    def error(self, message: str) -> NoReturn:  # noqa: ARG002 - argparse's own words are English
        self.exit(2, f"✗ Commande non comprise. Les commandes possibles :\n\n{self.format_help()}")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "usage : ", 1)


def parser() -> FrenchParser:
    """The command line, in French."""
    top = FrenchParser(
        prog="python -m app.cli",
        description="Les commandes de Mon pro du bien-être.",
        usage="%(prog)s COMMANDE [options]",
        add_help=False,
    )
    _add_help(top)
    commands = top.add_subparsers(
        title="commandes", metavar="COMMANDE", required=True, prog="python -m app.cli"
    )

    def add(name: str, command: Command, words: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words, add_help=False)
        _add_help(sub)
        sub.set_defaults(command=command)
        return sub

    add("run", run, "lance tout sur cette machine : base, recherche, tâches et site")
    add("prepare", prepare, "met à jour la base, les données de référence et l’index")
    add("web", web, "sert le site")
    add("worker", worker, "exécute les tâches de fond")
    add("search", search, "lance le moteur de recherche local")
    add("database", database, "lance la base de données locale")
    demo_parser = add("demo", demo, "charge des praticiens de démonstration")
    demo_parser.add_argument(
        "--count", default="600", metavar="N", help="nombre de praticiens (600 par défaut)"
    )
    add("reindex", reindex, "reconstruit l’index de recherche, sans interruption")
    setting_parser = add("setting", setting, "change un réglage conservé en base")
    setting_parser.add_argument("name", metavar="NOM")
    setting_parser.add_argument("value", metavar="VALEUR")
    add("publish-documents", publish_documents, "publie les documents légaux qui ne le sont pas")
    retention_parser = add(
        "retention", retention, "efface ce dont la durée de conservation est passée"
    )
    retention_parser.add_argument("--essai", **TRIAL)
    rotate_parser = add("rotate-keys", rotate_keys, "chiffre à nouveau avec la clé courante")
    rotate_parser.add_argument(
        "--nouvelle", action="store_true", help="crée d’abord une clé (gardée dans DATA_DIR/keys)"
    )
    _add_evidence(add("preuves", evidence, "contrôle, exporte ou ancre le registre de preuves"))
    admin_parser = add("admin-create", admin_create, "crée un compte d’administration")
    for name, words in (("first_name", "PRÉNOM"), ("last_name", "NOM"), ("email", "ADRESSE")):
        admin_parser.add_argument(name, metavar=words)
    import_parser = add("import-practitioners", import_practitioners, "charge un fichier CSV")
    import_parser.add_argument("file", metavar="FICHIER")
    import_parser.add_argument("--essai", **TRIAL)
    add("refresh-places", refresh_places, "refait le fichier des lieux depuis ses sources")
    return top


def run(options: argparse.Namespace) -> int:
    from app import processes

    return processes.run()


def prepare(options: argparse.Namespace) -> None:
    with engines.local():
        engines.prepare()


def web(options: argparse.Namespace) -> NoReturn:
    """Become the web server, once the database and the search answer; in development, prepare them first."""
    settings = config.current()
    engines.wait()
    if settings.is_production:
        asyncio.run(_check_documents())
    else:
        engines.prepare()
    sys.stdout.flush()
    server = ["-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--no-ws"]
    server += ["--host", settings.host, "--port", str(settings.port)]
    server += ["--workers", str(settings.web_workers), "--respawn-failed-workers"]
    server += ["--log-level", "warning", "app.main:app"]
    # Replaced rather than called: one process less, and signals reach the server itself. The signal sent by
    # the kernel when the runner vanishes survives this.
    os.execv(sys.executable, [sys.executable, *server])  # noqa: S606 - fixed arguments, no shell


def worker(options: argparse.Namespace) -> None:
    from app import worker

    engines.wait()
    if not config.current().is_production:
        engines.prepare()
    worker.run()


def search(options: argparse.Namespace) -> None:
    from app.search import engine

    engine.serve(config.current().data_dir)


def database(options: argparse.Namespace) -> None:
    from app.database import embedded

    embedded.serve(config.current().data_dir)


def demo(options: argparse.Namespace) -> None:
    from app.database import address, migrating
    from app.demo import loading
    from app.directory import reference
    from app.search import engine, index
    from app.search.meilisearch_gateway import IndexGateway

    if not options.count.isdecimal() or int(options.count) < 1:
        raise CannotStart("--count attend un nombre de praticiens, 1 ou plus.")

    async def load() -> None:
        await address.ensure_database()
        await migrating.migrate()
        async with engines.pool():
            await reference.load()
            await loading.load(int(options.count), now=datetime.now(UTC), report=print)
            await index.rebuild(IndexGateway(*engine.address()), report=print)

    with engines.local():
        asyncio.run(load())


def reindex(options: argparse.Namespace) -> None:
    from app.search import engine, index
    from app.search.meilisearch_gateway import IndexGateway

    async def rebuild() -> None:
        async with engines.pool():
            await index.rebuild(IndexGateway(*engine.address()), report=print)

    with engines.local():
        asyncio.run(rebuild())


def setting(options: argparse.Namespace) -> None:
    from app.legal import ranking
    from app.settings import values

    try:
        value = json.loads(options.value)
    except ValueError:
        value = options.value

    async def change() -> None:
        async with engines.pool():
            now = datetime.now(UTC)
            if options.name != values.JUPITERRE_TIER:
                await values.change(options.name, value, by=COMMAND_LINE, effective_at=now)
                return
            rules = await ranking.change_tier(value, by=COMMAND_LINE, now=now)
            print(f"Règles de classement publiées (version {rules.number}).")
            print(
                f"Elles prennent effet, avec le réglage, le {rules.effective_at:%d/%m/%Y à %H:%M} UTC."
            )

    with engines.local(search=False):
        asyncio.run(change())


def publish_documents(options: argparse.Namespace) -> None:
    from app.legal import drafts

    async def publish() -> None:
        async with engines.pool():
            published = await drafts.publish_missing(by=COMMAND_LINE, now=datetime.now(UTC))
        for version in published:
            print(f"{version.title} : version {version.number} publiée ({version.url}).")
        if not published:
            print("Tous les documents sont déjà publiés.")

    with engines.local(search=False):
        asyncio.run(publish())


async def _check_documents() -> None:
    from app.legal import documents

    async with engines.pool():
        await documents.check_published(datetime.now(UTC))


def retention(options: argparse.Namespace) -> None:
    from app.space import retention

    async def apply() -> None:
        async with engines.pool():
            for line in await retention.run(datetime.now(UTC), is_dry=options.essai):
                print(f"{line.count:>8}  {line.label}")

    with engines.local(search=False):
        asyncio.run(apply())


def _add_evidence(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("verifier", "exporter", "ancrer"))
    parser.add_argument(
        "--ancre",
        action="append",
        default=[],
        metavar="POSITION:EMPREINTE",
        help="compare aussi avec une ancre reçue par courriel (verifier ; plusieurs possibles)",
    )
    parser.add_argument("--compte", metavar="ID", help="le compte à exporter")
    parser.add_argument("--vers", metavar="DOSSIER", help="où écrire l’export")


def evidence(options: argparse.Namespace) -> int:
    """The register of evidence: 1 when the check finds an anomaly."""
    from app.evidence import commands
    from app.space import proof_words

    async def work() -> int:
        now = datetime.now(UTC)
        async with engines.pool():
            if options.action == "exporter":
                to = options.compte, options.vers
                return await commands.export(*to, words=proof_words.all_of, now=now)
            if options.action == "ancrer":
                return await commands.anchor(now)
            return await commands.verify(options.ancre)

    with engines.local(search=False):
        return asyncio.run(work())


def rotate_keys(options: argparse.Namespace) -> None:
    from app import preparation
    from app.sealing import keys, rotation

    async def rotate() -> dict[str, int]:
        async with engines.pool():
            return await rotation.rotate(preparation.SEALED)

    if options.nouvelle:
        print(f"Nouvelle clé : {keys.add(datetime.now(UTC))}.")
    with engines.local(search=False):
        for name, count in asyncio.run(rotate()).items():
            print(f"{name} : {count} texte(s) chiffré(s) à nouveau.")
    print(f"Tout est chiffré avec « {keys.keyring().current} ».")


def admin_create(options: argparse.Namespace) -> None:
    from app.accounts import administrators

    password = getpass.getpass("Mot de passe (14 caractères au moins) : ")
    if password != getpass.getpass("Encore une fois : "):
        raise CannotStart("Les deux mots de passe ne sont pas les mêmes.")

    async def create() -> None:
        async with engines.pool():
            who = options.first_name, options.last_name, options.email
            await administrators.create(*who, password=password, now=datetime.now(UTC))

    with engines.local(search=False):
        asyncio.run(create())
    print("Compte créé. La double authentification sera demandée à la première connexion.")


def import_practitioners(options: argparse.Namespace) -> int:
    from app.listing import commands

    async def load() -> int:
        async with engines.pool():
            now = datetime.now(UTC)
            return await commands.load(options.file, is_dry=options.essai, now=now)

    with engines.local(search=False):
        return asyncio.run(load())


def refresh_places(options: argparse.Namespace) -> None:
    from app.directory import places_source

    print(places_source.refresh(places_source.PACKAGE, places_source.DATA))


def _add_help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument_group("aide").add_argument("-h", "--help", action="help", help="cette aide")


if __name__ == "__main__":
    sys.exit(main())
