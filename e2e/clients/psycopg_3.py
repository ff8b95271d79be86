#!/usr/bin/env python3
"""psycopg 3."""

import datetime
import decimal
import threading
import time

import psycopg
from checks import check, expect, finish, object_to_all, same, section, take_back

PEOPLE = "select count(*) from shop_figures.person"
LONG = (
    "select count(*) from shop_figures.person a, shop_figures.person b, shop_figures.person c"
    " where a.city < b.city and b.city < c.city"
)

with psycopg.connect(autocommit=True) as connection:
    for binary in (False, True):
        how = "binary" if binary else "text"
        section("rows")
        with check(f"rows as {how}"):
            cursor = connection.cursor(binary=binary)
            row = cursor.execute("select person_id, ordered_at, total, channel from shop_figures.orders").fetchone()
            expect(isinstance(row[0], int) and isinstance(row[2], (float, decimal.Decimal)), row)
            same([column.name for column in cursor.description], ["person_id", "ordered_at", "total", "channel"])
        with check(f"all types as {how}"):
            cursor = connection.cursor(binary=binary)
            row = cursor.execute(
                "select 1::smallint, 2::int, 3::bigint, 1.5::real, 2.5::double precision, 'a'::text, true,"
                " date '2026-01-02', timestamp '2026-01-02 03:04:05.5', null, 12.34::numeric(10,2)"
            ).fetchone()
            same(row[:7], (1, 2, 3, 1.5, 2.5, "a", True))
            same(row[7:10], (datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5, 500000), None))
            same(row[10], decimal.Decimal("12.34"))
        section("parameters")
        with check(f"parameters, rows as {how}"):
            cursor = connection.cursor(binary=binary)
            one = cursor.execute("select city from shop_figures.person where city is not null limit 1").fetchone()[0]
            found = cursor.execute(f"{PEOPLE} where city = %s", [one]).fetchone()[0]
            expect(found >= 1)
            above = "select count(*) from shop_figures.orders where total > %s and channel = %s and ordered_at >= %s"
            some = cursor.execute(above, [10.5, "web", "2024-01"]).fetchone()[0]
            expect(some > 0, some)
            for (city,) in cursor.execute("select distinct city from shop_figures.person where city is not null").fetchall():
                alone = cursor.execute(f"{PEOPLE} where city = %s", [city]).fetchone()[0]
                same(cursor.execute(f"{PEOPLE} where city = any(%s)", [[city, None, "no, such"]]).fetchone()[0], alone)
            same(cursor.execute("select %s, %s", [None, "it"]).fetchone(), (None, "it"))
            same(cursor.execute(f"{PEOPLE} where city = %s", [None]).fetchone()[0], 0)
            same(cursor.execute("select %s + 1, %s", [41, "it's"]).fetchone(), (42, "it's"))
    section("rows")
    with check("columns are named as PostgreSQL names them"):
        names = [c.name for c in connection.execute(f"select 1, count(*), max(city) from shop_figures.person").description]
        same(names, ["?column?", "count", "max"])
    section("prepared")
    with check("an objection counts between two runs of a prepared statement"):
        before = connection.execute(PEOPLE, prepare=True).fetchone()[0]
        object_to_all()
        try:
            same(connection.execute(PEOPLE, prepare=True).fetchone()[0], before - 1)
        finally:
            take_back()
        same(connection.execute(PEOPLE, prepare=True).fetchone()[0], before)
    with check("prepared after five runs"):
        for number in range(8):
            same(connection.execute("select %s::int * 2", [number]).fetchone()[0], number * 2)
    section("copy")
    with check("COPY TO STDOUT, text"):
        with connection.cursor().copy("copy (select city, count(*) from shop_figures.person group by 1) to stdout") as copy:
            rows = [row for row in copy.rows()]
        expect(len(rows) > 5 and int(rows[0][1]) > 0, rows[:2])
    with check("COPY TO STDOUT, binary"):
        with connection.cursor().copy("copy (select person_id, city from shop_figures.person) to stdout (format binary)") as copy:
            copy.set_types(["int8", "text"])
            rows = [row for row in copy.rows()]
        expect(len(rows) > 1000 and isinstance(rows[0][0], int), rows[:2])
    with check("COPY TO STDOUT, CSV"):
        with connection.cursor().copy("copy (select city from shop_figures.person) to stdout with (format csv, header)") as copy:
            text = b"".join(copy).decode()
        expect(text.startswith("city\n"), text[:50])
    with check("the use of a COPY is told before its rows"):
        told = []
        connection.add_notice_handler(lambda notice: told.append(notice.message_detail))
        with connection.cursor().copy("copy (select city from shop_figures.person) to stdout") as copy:
            before = len(told)
            expect(sum(1 for _ in copy) > 1000)
        same((before, len(told), len(told[0])), (1, 1, 32))
    section("stopping")
    with check("cancel (57014)"):
        def cancel():
            time.sleep(0.5)
            connection.cancel()
        threading.Thread(target=cancel).start()
        begun = time.monotonic()
        try:
            connection.execute(LONG)
            raise AssertionError("it was not cancelled")
        except psycopg.errors.QueryCanceled as error:
            same(error.sqlstate, "57014")
        expect(time.monotonic() - begun < 10)
        same(connection.execute("select 1").fetchone(), (1,))
    with check("statement_timeout (57014)"):
        connection.execute("set statement_timeout = 300")
        try:
            connection.execute(LONG)
            raise AssertionError("it was not stopped")
        except psycopg.errors.QueryCanceled as error:
            same(error.sqlstate, "57014")
        connection.execute("reset statement_timeout")
    section("errors")
    with check("refused with SQLSTATE and hint"):
        try:
            connection.execute("select email from shop_figures.person")
            raise AssertionError("it was not refused")
        except psycopg.errors.InsufficientPrivilege as error:
            expect("shop_figures" in error.diag.message_primary and error.diag.message_hint, error)
    section("prepared")
    with check("pipeline mode"):
        with connection.pipeline():
            one = connection.execute("select 1")
            two = connection.execute(PEOPLE)
        same(one.fetchone(), (1,))
        expect(two.fetchone()[0] > 1000)

with psycopg.connect() as connection:
    section("cursors")
    with check("server-side named cursor"):
        with connection.cursor("walk") as cursor:
            cursor.itersize = 500
            cursor.execute("select person_id from shop_figures.person")
            seen = sum(1 for _ in cursor)
        same(seen, connection.execute(PEOPLE).fetchone()[0])
    with check("server-side named cursor, binary, with parameters"):
        with connection.cursor("pick", binary=True) as cursor:
            cursor.execute("select person_id from shop_figures.person where city <> %s", ["nowhere"])
            same(len(cursor.fetchmany(10)), 10)
    section("errors")
    with check("a failed transaction goes on after rollback (25P02)"):
        connection.rollback()
        for expected in ("42703", "25P02"):
            try:
                connection.execute("select nope from shop_figures.person")
            except psycopg.Error as error:
                same(error.sqlstate, expected)
        connection.rollback()
        same(connection.execute("select 1").fetchone(), (1,))

section("encryption")
for mode in ("disable", "require"):
    with check(f"sslmode={mode} from this machine"):
        with psycopg.connect(sslmode=mode) as connection:
            same(connection.pgconn.ssl_in_use, mode == "require")
finish()
