"""WordPress (Debian's packages: nginx, PHP-FPM with its opcode cache, MariaDB) with its own search over our texts.

Everything it writes is under `DATA_DIR`; it listens on the loopback and on sockets, and stops with the measure.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app import config
from app.demo.people import people
from app.launching import CannotStart
from benchmarks import site

PACKAGES = (
    "wordpress",
    "wordpress-theme-twentytwentythree",
    "mariadb-server-core",
    "mariadb-client-core",
    "php-fpm",
    "php-mysql",
    "nginx-light",
)
POSTS_SHOWN = 20
CHILDREN = 4
"""PHP processes: twice the cores of the machine the limits were set on."""
SOURCE = Path("/usr/share/wordpress")
START_SECONDS = 60.0
LONGEST_PATH = 95
"""The system refuses a socket path beyond 107 bytes."""
HERE = Path(__file__).parent


def require_packages() -> None:
    """Install what is missing, as root; raises `CannotStart` with the line to type otherwise."""
    missing = [name for name in PACKAGES if not _is_installed(name)]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise CannotStart(
            f"Il manque des paquets Debian : sudo apt-get install --no-install-recommends {' '.join(missing)}"
        )
    print(f"  Installation de {', '.join(missing)}…", flush=True)
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with _no_service_started():
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
        ):
            if subprocess.run(
                command, env=environ, stdout=subprocess.DEVNULL, check=False
            ).returncode:
                raise CannotStart(f"{' '.join(command[:2])} n’a pas abouti.")


def _is_installed(package: str) -> bool:
    asked = ["dpkg-query", "-W", "-f", "${Status}", package]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return answer == "install ok installed"


@contextlib.contextmanager
def _no_service_started() -> Iterator[None]:
    """Debian starts a server as soon as it is installed, unless this file says no."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n", "ascii")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


@contextlib.contextmanager
def running(posts: int, report: Callable[[str], None]) -> Iterator[tuple[int, dict[str, int]]]:
    """WordPress with `posts` articles; its port, and the root process of each of its parts."""
    folder = site.folder() / "wordpress"
    if len(str(folder)) > LONGEST_PATH:
        raise CannotStart(
            f"{folder} est trop profond pour des sockets : donnez un DATA_DIR plus court."
        )
    folder.mkdir(exist_ok=True)
    port = site.free_port()
    with contextlib.ExitStack() as parts:
        database = parts.enter_context(_database(folder))
        made = folder / f"{posts}.{_fingerprint()}.made"
        if not made.exists():
            report(f"WordPress et ses {posts} articles…")
            _install(folder, port)
            _fill(folder, posts)
            made.touch()
        # WordPress keeps its own address among its settings: it changes with the port.
        _sql(
            folder,
            f"UPDATE wp_options SET option_value = '{_url(port)}' WHERE option_name IN ('siteurl', 'home')",
        )
        php = parts.enter_context(_php(folder))
        front = parts.enter_context(_nginx(folder, port))
        _wait(lambda: site.fetch(port, "/?s=stress")[0] == 200, folder / "nginx.log")
        yield port, {"database": database, "php": php, "nginx": front}


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in (*sorted((config.ROOT / "app/demo").rglob("*.py")), *HERE.iterdir()):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


# ---- its parts ------------------------------------------------------------------------------------


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[int]:
    data = folder / "mariadb"
    account = ["--user=root"] if os.geteuid() == 0 else []
    if not data.exists():
        unfinished = folder / "mariadb.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        made = subprocess.run(
            [
                *("mariadb-install-db", "--no-defaults", f"--datadir={unfinished}", *account),
                *("--auth-root-authentication-method=normal", "--skip-test-db"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise CannotStart(f"MariaDB : {(made.stderr or made.stdout).strip()[-300:]}")
        unfinished.rename(data)
    command = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={folder / 'sql.sock'}"]
    command += [*account, "--skip-networking", f"--pid-file={folder / 'sql.pid'}"]
    command += ["--innodb-buffer-pool-size=256M"]
    with site.process([_program("mariadbd"), *command[1:]], {}, folder / "mariadb.log") as pid:
        _wait(lambda: _answers(folder), folder / "mariadb.log")
        yield pid


def _answers(folder: Path) -> bool:
    asked = ["mariadb-admin", "--no-defaults", f"--socket={folder / 'sql.sock'}", "-uroot", "ping"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@contextlib.contextmanager
def _php(folder: Path) -> Iterator[int]:
    written = folder / "php-fpm.conf"
    account = "user = root\ngroup = root\n" if os.geteuid() == 0 else ""
    written.write_text(
        f"[global]\ndaemonize = no\nerror_log = {folder / 'php.log'}\n[www]\n{account}"
        f"listen = {folder / 'php.sock'}\npm = static\npm.max_children = {CHILDREN}\n"
        "php_admin_value[opcache.enable] = 1\nphp_admin_value[memory_limit] = 256M\n",
        "utf-8",
    )
    command = [_php_fpm(), "--fpm-config", str(written), "--nodaemonize"]
    if os.geteuid() == 0:
        command.append("--allow-to-run-as-root")
    with site.process(command, {}, folder / "php-fpm.log") as pid:
        _wait((folder / "php.sock").exists, folder / "php-fpm.log")
        yield pid


@contextlib.contextmanager
def _nginx(folder: Path, port: int) -> Iterator[int]:
    written = folder / "nginx.conf"
    account = "user root;" if os.geteuid() == 0 else ""
    written.write_text(
        f"""{account} worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  include /etc/nginx/mime.types; access_log off; gzip on; keepalive_requests 1000000;
  client_body_temp_path {folder}/tmp; fastcgi_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp;
  uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp;
  server {{
    listen 127.0.0.1:{port}; root {folder}/www; index index.php;
    location / {{ try_files $uri $uri/ /index.php?$args; }}
    location ~ \\.php$ {{ include /etc/nginx/fastcgi.conf; fastcgi_pass unix:{folder}/php.sock; }}
  }}
}}
""",
        "utf-8",
    )
    with site.process([_program("nginx"), "-c", str(written)], {}, folder / "nginx.out") as pid:
        yield pid


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        raise CannotStart(f"{name} est introuvable.")
    return found


def _php_fpm() -> str:
    found = sorted(Path("/usr/sbin").glob("php-fpm*"))
    if not found:
        raise CannotStart("php-fpm est introuvable.")
    return str(found[-1])


def _wait(is_there: Callable[[], bool], log_file: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if is_there():
                return
        time.sleep(0.1)
    raise CannotStart(f"WordPress ne démarre pas : voyez {log_file}.")


# ---- its content ----------------------------------------------------------------------------------


def _install(folder: Path, port: int) -> None:
    """A fresh WordPress, by its own installer."""
    www = folder / "www"
    shutil.rmtree(www, ignore_errors=True)
    shutil.copytree(SOURCE, www, ignore_dangling_symlinks=True)
    (www / "wp-config.php").unlink(missing_ok=True)
    keys = "".join(
        f"define('{name}', '{secrets.token_hex(16)}');\n"
        for part in ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE")
        for name in (f"{part}_KEY", f"{part}_SALT")
    )
    (www / "wp-config.php").write_text(
        "<?php\n"
        f"define('DB_NAME', 'wp');\ndefine('DB_USER', 'root');\ndefine('DB_PASSWORD', '');\n"
        f"define('DB_HOST', 'localhost:{folder / 'sql.sock'}');\ndefine('DB_CHARSET', 'utf8mb4');\n"
        f"define('DISABLE_WP_CRON', true);\ndefine('WP_HTTP_BLOCK_EXTERNAL', true);\n{keys}"
        "$table_prefix = 'wp_';\nif (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');\n"
        "require_once ABSPATH . 'wp-settings.php';\n",
        "utf-8",
    )
    _sql(
        folder, "DROP DATABASE IF EXISTS wp; CREATE DATABASE wp CHARACTER SET utf8mb4", database=""
    )
    ended = subprocess.run(
        ["php", "-d", "sendmail_path=/bin/true", str(HERE / "install.php"), str(www), _url(port)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode or "installed" not in ended.stdout:
        raise CannotStart(f"WordPress : {(ended.stderr or ended.stdout).strip()[-400:]}")


def _fill(folder: Path, posts: int) -> None:
    """One article a practitioner: the name and headline as its title, the presentation and the rest as its text."""
    columns = (
        "post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, post_name,"
        " to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_type"
    )
    rows: list[str] = []
    statements = ["DELETE FROM wp_posts WHERE post_type = 'post'"]
    for number, person in enumerate(people(posts)):
        day = f"2026-{number % 10 + 1:02d}-{number % 28 + 1:02d} 08:{number % 60:02d}:00"
        name = (
            person.trade_name if person.is_structure else f"{person.first_name} {person.last_name}"
        )
        services = "".join(
            f"<h3>{one.label}</h3><p>{one.description}</p>" for one in person.services
        )
        text = f"<p>{person.presentation}</p>{services}<p>{' '.join((*person.practices, *person.themes))}</p>"
        values = [day, day, text, f"{name} – {person.headline}", "", "publish", person.slug]
        values += ["", "", day, day, "", "post"]
        rows.append(f"(1, {', '.join(map(_quoted, values))})")
        if len(rows) == 500 or number == posts - 1:
            statements.append(f"INSERT INTO wp_posts ({columns}) VALUES {', '.join(rows)}")
            rows.clear()
    statements += [
        "INSERT IGNORE INTO wp_term_relationships SELECT ID, 1, 0 FROM wp_posts WHERE post_type = 'post'",
        f"UPDATE wp_options SET option_value = '{POSTS_SHOWN}' WHERE option_name = 'posts_per_page'",
        "ANALYZE TABLE wp_posts",
    ]
    _sql(folder, ";\n".join(statements))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def _sql(folder: Path, statements: str, *, database: str = "wp") -> None:
    command = ["mariadb", "--no-defaults", f"--socket={folder / 'sql.sock'}", "-uroot"]
    command += ["--default-character-set=utf8mb4", *([database] if database else [])]
    ended = subprocess.run(command, input=statements, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise CannotStart(f"MariaDB : {ended.stderr.strip()[-300:]}")
