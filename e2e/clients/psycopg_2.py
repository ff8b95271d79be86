#!/usr/bin/env python3
"""psycopg 2."""

import psycopg2
from checks import check, expect, finish, same, section

connection = psycopg2.connect("")
cursor = connection.cursor()
section("parameters")
with check("parameters"):
    cursor.execute("select city, count(*) from shop_figures.person where city <> %s group by 1 order by 2 desc", ["x"])
    expect(cursor.fetchone()[1] > 10)
    same([column.name for column in cursor.description], ["city", "count"])
section("cursors")
with check("server-side named cursor"):
    named = connection.cursor("walk")
    named.execute("select person_id from shop_figures.person")
    expect(sum(1 for _ in named) > 1000)
    named.close()
section("errors")
with check("refused with SQLSTATE and hint"):
    try:
        cursor.execute("select email from shop_figures.person")
        raise AssertionError("it was not refused")
    except psycopg2.Error as error:
        same(error.pgcode, "42501")
        expect(error.diag.message_hint)
    connection.rollback()
finish()
