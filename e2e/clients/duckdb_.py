#!/usr/bin/env python3
"""DuckDB with its extension `postgres`."""

import importlib.util
import pathlib

import duckdb
from checks import check, expect, finish, same, section


def load(duck):
    """The extension from DuckDB's own server or, where that is out of reach, from its package on PyPI."""
    try:
        duck.execute("install postgres")
        duck.execute("load postgres")
    except duckdb.Error:
        package = importlib.util.find_spec("duckdb_extension_postgres_scanner")
        [file] = pathlib.Path(package.origin).parent.rglob("*.duckdb_extension")
        duck.execute(f"load '{file}'")


duck = duckdb.connect()
section("catalogue")
with check("load the extension"):
    load(duck)
with check("attach"):
    duck.execute("attach '' as house (type postgres, read_only)")
with check("lists the tables"):
    rows = duck.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = 'house' and table_schema not in ('pg_catalog', 'information_schema')"
    ).fetchall()
    expect(("shop_figures", "person") in rows and len(rows) == 9, rows)
section("copy")
with check("reads a table"):
    count = duck.execute("select count(*), count(distinct city) from house.shop_figures.person").fetchone()
    expect(count[0] > 1000 and count[1] > 5, count)
with check("filters and joins"):
    rows = duck.execute(
        "select city, sum(total) from house.shop_figures.person join house.shop_figures.orders using (person_id)"
        " where channel = 'web' group by 1 order by 2 desc limit 3"
    ).fetchall()
    same(len(rows), 3)
section("rows")
with check("postgres_query"):
    row = duck.execute("select * from postgres_query('house', 'select count(*) as n from shop_figures.person')").fetchone()
    expect(row[0] > 1000, row)
finish()
