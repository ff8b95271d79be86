#!/usr/bin/env python3
"""Real clients ask the demonstration over the wire. One row for each; one that cannot be installed has failed.

Usage: run.py PATH_TO_THEIRS [--write]     (--write puts the table into docs/sql.md instead of comparing it)
"""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).parent
DOCS = HERE.parent.parent / "docs" / "sql.md"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "theirs" / "clients"
SECTIONS = ["catalogue", "rows", "parameters", "prepared", "cursors", "copy", "settings", "stopping", "errors", "encryption"]
JDBC = "https://repo1.maven.org/maven2/org/postgresql/postgresql/42.7.4/postgresql-42.7.4.jar"
JDBC_SHA256 = "188976721ead8e8627eb6d8389d500dccc0c9bebd885268a3047180274a6031e"


def python(script, *packages, arguments=()):
    def install():
        run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
        return [sys.executable, str(HERE / script), *arguments], {}
    return install


def psql():
    if not shutil.which("psql"):
        raise RuntimeError("psql is not installed (Debian: postgresql-client)")
    return [sys.executable, str(HERE / "psql_15.py")], {}


def java():
    jar = CACHE / "postgresql-42.7.4.jar"
    if not jar.exists():
        with urllib.request.urlopen(JDBC, timeout=60) as found:
            jar.write_bytes(found.read())
    if hashlib.sha256(jar.read_bytes()).hexdigest() != JDBC_SHA256:
        jar.unlink()
        raise RuntimeError("the driver is not the one that was expected")
    return ["java", "-cp", str(jar), str(HERE / "java" / "Jdbc.java")], {}


def node():
    folder = CACHE / "node"
    folder.mkdir(exist_ok=True)
    shutil.copy(HERE / "node" / "package.json", folder)
    run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)])
    return ["node", str(HERE / "node" / "pg.js")], {"NODE_PATH": str(folder / "node_modules")}


CLIENTS = [
    ("psql 15", psql),
    ("psycopg 3", python("psycopg_3.py", "psycopg[binary]==3.*")),
    ("psycopg 2", python("psycopg_2.py", "psycopg2-binary==2.9.*")),
    ("SQLAlchemy 2, pandas", python("sqlalchemy_2.py", "psycopg[binary]==3.*", "sqlalchemy==2.*", "pandas")),
    ("JDBC (pgjdbc 42.7)", java),
    ("node-postgres 8", node),
    ("DuckDB 1.5", python("duckdb_.py", "duckdb==1.5.5", "duckdb-extension-postgres-scanner==1.5.5")),
    ("Apache Superset 5.0 (its queries)",
     python("bi_tools.py", "psycopg[binary]==3.*", "psycopg2-binary==2.9.*", "sqlalchemy==2.*", arguments=["superset"])),
    ("Metabase 0.55 (its queries)",
     python("bi_tools.py", "psycopg[binary]==3.*", "psycopg2-binary==2.9.*", "sqlalchemy==2.*", arguments=["metabase"])),
]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines() or ["it failed"]
        raise RuntimeError(last[-1])


def serve(theirs, folder):
    """Makes the demonstration and serves it at free ports."""
    subprocess.run([theirs, "-C", folder, "demo", "--no-serve"], check=True, stdout=subprocess.DEVNULL)
    house = str(pathlib.Path(folder, "harbour_books_demo"))
    server = subprocess.Popen([theirs, "-C", house, "serve", "--port", "0", "--sql", "127.0.0.1:0"],
                              stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if found := re.search(r"connect to 127\.0\.0\.1:(\d+)", line):
            return server, house, found.group(1)
    sys.exit("e2e: the server did not start")


def ask(client, prepare, environment):
    """The checks of one client: section, whether it held, and what it was."""
    print(f"-- {client}", flush=True)
    try:
        command, more = prepare()
        done = subprocess.run(command, env={**environment, **more}, cwd=HERE, capture_output=True, text=True, timeout=600)
        lines, code, errors = done.stdout.splitlines(), done.returncode, done.stderr
    except Exception as error:
        lines, code, errors = [], 1, str(error)
    checks, section = [], SECTIONS[0]
    for line in lines:
        if line.startswith("== "):
            section = line[3:]
        elif line.startswith(("ok   ", "FAIL ")):
            checks.append((section, line.startswith("ok"), line[5:]))
            print(line, flush=True)
    if code and all(held for _, held, _ in checks):
        last = errors.strip().splitlines() or ["it stopped"]
        checks.append((section, False, f"it ran to its end | {last[-1]}"))
        print(f"FAIL it ran to its end | {last[-1]}", flush=True)
    return checks


def cell(checks):
    if not checks:
        return ""
    held = sum(held for _, held, _ in checks)
    return str(held) if held == len(checks) else f"{held} of {len(checks)}"


def table(results):
    rows = [["client", *SECTIONS]]
    for client, checks in results:
        rows.append([client, *(cell([c for c in checks if c[0] == section]) for section in SECTIONS)])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * (len(SECTIONS) + 1) + "|", *lines[1:]])


def in_docs(text, write):
    """Whether docs/sql.md has this table, or puts it there."""
    page = DOCS.read_text()
    start, end = "<!-- clients -->\n", "\n<!-- end of clients -->"
    before, rest = page.split(start, 1)
    old, after = rest.split(end, 1)
    if write:
        DOCS.write_text(before + start + text + end + after)
    return write or old == text


def main():
    theirs = str(pathlib.Path(sys.argv[1]).resolve())
    CACHE.mkdir(parents=True, exist_ok=True)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        server, house, port = serve(theirs, folder)
        environment = {
            **os.environ, "PGHOST": "127.0.0.1", "PGPORT": port, "PGDATABASE": "theirs", "PGUSER": "ana",
            "PGPASSWORD": pathlib.Path(house, "tokens", "ana").read_text().strip(),
            "THEIRS": theirs, "THEIRS_FOLDER": house,
        }
        try:
            for client, prepare in CLIENTS:
                results.append((client, ask(client, prepare, environment)))
        finally:
            server.kill()
            server.wait()
    text = table(results)
    print(f"\nchecks that held, by client\n{text}\n")
    failed = [client for client, checks in results if not checks or not all(held for _, held, _ in checks)]
    if failed:
        sys.exit(f"FAILED: {', '.join(failed)}")
    if not in_docs(text, "--write" in sys.argv):
        sys.exit("FAILED: docs/sql.md has another table; put this one in with e2e/clients/run.py --write")
    print("real clients work over the wire")


if __name__ == "__main__":
    main()
