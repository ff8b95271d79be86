#!/usr/bin/env python3
"""psql, PostgreSQL's own client: what its backslash commands show of the purposes."""

import pathlib
import subprocess
import tempfile

from checks import check, expect, finish, same, section

TABLE = "shop_figures.person"


def psql(*commands, fails=False, options=()):
    words = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(["psql", "-X", "-v", "VERBOSITY=verbose", *options, *words], capture_output=True, text=True)
    if not fails and (done.returncode or "ERROR" in done.stderr):
        raise AssertionError(done.stderr.strip() or "psql failed")
    return done.stdout + done.stderr


def shows(command, *words, without=()):
    """A command that must show some words, and not show others."""
    with check(command):
        shown = psql(command)
        for word in words:
            expect(word in shown, f"{word!r} is missing in: {shown[:400]}")
        for word in without:
            expect(word not in shown, f"{word!r} is in: {shown[:400]}")


def catalogue():
    shows(r"\d", "shop_figures", "birthday_offer", "order_lines", "theirs")
    shows(rf"\d {TABLE}", "person_id", "bigint", "not null", "city", "text")
    shows(rf"\d+ {TABLE}", "other purposes have others", "birth_date", "age group of ten years")
    shows(r"\d shop_figures.*", "shop_figures.person", "shop_figures.orders", "numeric")
    shows(r"\dt", "order_lines", "table")
    shows(r"\dt+ shop_figures.*", "One row for each person", "theirs", without=["reading_tips"])
    shows(r"\dn", "birthday_offer", "theirs", without=["answer_you"])
    shows(r"\dn+", "a small gift voucher", "you said yes")
    for command in (r"\dv", r"\di", r"\ds", r"\dm"):
        with check(command):
            expect("Did not find any relations" in psql(command))
    for command in (r"\df", r"\dT", r"\dT+", r"\dd", r"\dx", r"\dD", r"\dy", r"\dX", r"\dRp", r"\det"):
        with check(command):
            expect("(0 rows)" in psql(command), psql(command)[:300])
    shows(r"\du", "ana", "theirs", "Cannot login", without=["Superuser"])
    shows(r"\l", "theirs", "UTF", without=["postgres"])
    shows(r"\l+", "theirs")
    shows(r"\z", "order_lines")
    shows(r"\dp shop_figures.*", "person", without=["reading_tips"])
    shows(r"\conninfo", 'database "theirs" as user "ana"')
    shows(r"\encoding", "UTF8")
    section("settings")
    with check("search_path hides the tables of other purposes"):
        shown = psql("set search_path = birthday_offer", r"\dt", "select count(*) from person")
        expect("birthday_offer" in shown and "shop_figures" not in shown, shown)


def rows():
    with check("select, columns named as PostgreSQL's"):
        shown = psql("select 1, count(*), max(city) from shop_figures.person", options=["-A"])
        expect(shown.startswith("?column?|count|max\n1|"), shown)
    section("copy")
    with check(r"\copy (select …) to a file"), tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "towns.csv")
        psql(rf"\copy (select city, count(*) n from {TABLE} group by city) to {path} csv header")
        lines = path.read_text().splitlines()
        expect(lines[0] == "city,n" and len(lines) > 5, lines[:3])
    section("prepared")
    with check(r"\gdesc"):
        shown = subprocess.run(["psql", "-X"], input=rf"select city, count(*) from {TABLE} group by city \gdesc",
                               capture_output=True, text=True)
        expect("count  | bigint" in shown.stdout, shown.stdout + shown.stderr)
    section("cursors")
    with check("FETCH_COUNT (a cursor)"):
        shown = psql(r"\set FETCH_COUNT 100", f"select person_id from {TABLE}", options=["-At"])
        expect(len(shown.splitlines()) > 1500, shown[:200])
    section("rows")
    with check(r"\x"):
        expect("-[ RECORD 1 ]" in psql(r"\x", "select 1 as one"))


def refusals():
    for what, statement, code, word in (
        ("a column that the purpose does not include", f"select email from {TABLE}", "42501", "HINT"),
        ("a purpose of other roles", "select * from answer_you.person", "42501", "HINT"),
        ("two purposes in one statement", "select 1 from shop_figures.person, reading_tips.person", "42501", "HINT"),
        ("writing", f"delete from {TABLE}", "42501", "HINT"),
        ("a file of the server", f"copy {TABLE} to '/tmp/x'", "42501", "refused"),
        ("a table named without its purpose", "select * from person", "42501", "HINT"),
        ("an unknown setting", "set nonsense = 1", "42704", "SHOW ALL"),
        ("a column that is not there", f"select nope from {TABLE}", "42703", "there are"),
        ("a table that is not there", "select 1 from shop_figures.nope", "42P01", "nope"),
        ("an unknown function", f"select nope(city) from {TABLE}", "42883", "nope"),
        ("no SQL", "selec", "42601", "syntax"),
        ("division by zero", f"select 1 / (person_id - person_id) from {TABLE}", "22012", "zero"),
        ("a text that is no number", f"select cast(city as int) from {TABLE}", "22P02", "cannot be read"),
    ):
        with check(f"refused: {what} ({code})"):
            said = psql(statement, fails=True)
            expect(code in said and word in said, said)
            expect("Brackholm" not in said, "a value is in the message")
    section("stopping")
    with check("statement_timeout (57014)"):
        long = f"select count(*) from {TABLE} a, {TABLE} b, {TABLE} c where a.city < b.city and b.city < c.city"
        expect("57014" in psql("set statement_timeout = 300", long, fails=True))
    section("errors")
    with check("a wrong token is turned away (28P01)"):
        done = subprocess.run(["psql", "-X", "-c", "select 1", "password=nonsense"], capture_output=True, text=True)
        expect("not right" in done.stderr, done.stderr)
    with check("a transaction that failed (25P02)"):
        said = psql("begin; select nope from shop_figures.person; select 1", fails=True)
        same("42703" in said, True)


section("catalogue")
catalogue()
section("rows")
rows()
section("errors")
refusals()
finish()
