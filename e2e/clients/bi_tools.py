#!/usr/bin/env python3
"""What Apache Superset and Metabase ask of the catalogue, word for word, and queries in their manner.

Superset 5.0: superset/db_engine_specs/postgres.py over SQLAlchemy's inspector.
Metabase 0.55: src/metabase/driver/postgres.clj, sql_jdbc/sync/describe_table.clj, describe_database.clj, as HoneySQL
writes them out. Both through psycopg.
"""

import sys

import psycopg
import sqlalchemy as sa
from checks import check, expect, finish, same, section

TABLES = """SELECT "n"."nspname" AS "schema", "c"."relname" AS "name",
 CASE "c"."relkind" WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW'
 WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE NULL END AS "type",
 "d"."description" AS "description", "stat"."n_live_tup" AS "estimated_row_count"
 FROM "pg_catalog"."pg_class" AS "c" INNER JOIN "pg_catalog"."pg_namespace" AS "n" ON "c"."relnamespace" = "n"."oid"
 LEFT JOIN "pg_catalog"."pg_description" AS "d" ON ("c"."oid" = "d"."objoid") AND ("d"."objsubid" = 0)
 AND ("d"."classoid" = 'pg_class'::regclass)
 LEFT JOIN "pg_stat_user_tables" AS "stat" ON ("n"."nspname" = "stat"."schemaname") AND ("c"."relname" = "stat"."relname")
 WHERE ("c"."relnamespace" = "n"."oid") AND ("n"."nspname" !~ '^pg_') AND ("n"."nspname" <> 'information_schema')
 AND (c.relkind in ('r', 'p', 'v', 'f', 'm')) AND ("n"."nspname" IN (%s, %s)) ORDER BY "type" ASC, "schema" ASC, "name" ASC"""

FIELDS = """SELECT "c"."column_name" AS "name",
 CASE WHEN "c"."udt_schema" IN ('public', 'pg_catalog') THEN FORMAT('%%s', "c"."udt_name")
 ELSE FORMAT('"%%s"."%%s"', "c"."udt_schema", "c"."udt_name") END AS "database-type",
 "c"."ordinal_position" - 1 AS "database-position", "c"."table_schema" AS "table-schema", "c"."table_name" AS "table-name",
 "pk"."column_name" IS NOT NULL AS "pk?",
 COL_DESCRIPTION(CAST(CAST(FORMAT('%%I.%%I', CAST("c"."table_schema" AS TEXT), CAST("c"."table_name" AS TEXT)) AS REGCLASS) AS OID),
 "c"."ordinal_position") AS "field-comment",
 (("column_default" IS NULL) OR (LOWER("column_default") = 'null')) AND ("is_nullable" = 'NO')
 AND NOT (("column_default" IS NOT NULL AND "column_default" LIKE '%%nextval(%%') OR ("is_identity" <> 'NO')) AS "database-required",
 ("column_default" IS NOT NULL AND "column_default" LIKE '%%nextval(%%') OR ("is_identity" <> 'NO') AS "database-is-auto-increment"
 FROM "information_schema"."columns" AS "c"
 LEFT JOIN (SELECT "tc"."table_schema", "tc"."table_name", "kc"."column_name" FROM "information_schema"."table_constraints" AS "tc"
 INNER JOIN "information_schema"."key_column_usage" AS "kc" ON ("tc"."constraint_name" = "kc"."constraint_name")
 AND ("tc"."table_schema" = "kc"."table_schema") AND ("tc"."table_name" = "kc"."table_name")
 WHERE "tc"."constraint_type" = 'PRIMARY KEY') AS "pk"
 ON ("c"."table_schema" = "pk"."table_schema") AND ("c"."table_name" = "pk"."table_name") AND ("c"."column_name" = "pk"."column_name")
 WHERE c.table_schema !~ '^information_schema|catalog_history|pg_' AND ("c"."table_schema" IN (%s))
 UNION ALL
 SELECT "pa"."attname" AS "name",
 CASE WHEN "ptn"."nspname" IN ('public', 'pg_catalog') THEN FORMAT('%%s', "pt"."typname")
 ELSE FORMAT('"%%s"."%%s"', "ptn"."nspname", "pt"."typname") END AS "database-type",
 "pa"."attnum" - 1 AS "database-position", "pn"."nspname" AS "table-schema", "pc"."relname" AS "table-name", FALSE AS "pk?",
 NULL AS "field-comment", FALSE AS "database-required", FALSE AS "database-is-auto-increment"
 FROM "pg_catalog"."pg_class" AS "pc" INNER JOIN "pg_catalog"."pg_namespace" AS "pn" ON "pn"."oid" = "pc"."relnamespace"
 INNER JOIN "pg_catalog"."pg_attribute" AS "pa" ON "pa"."attrelid" = "pc"."oid"
 INNER JOIN "pg_catalog"."pg_type" AS "pt" ON "pt"."oid" = "pa"."atttypid"
 INNER JOIN "pg_catalog"."pg_namespace" AS "ptn" ON "ptn"."oid" = "pt"."typnamespace"
 WHERE ("pc"."relkind" = 'm') AND ("pa"."attnum" >= 1) AND ("pn"."nspname" IN (%s))
 ORDER BY "table-schema" ASC, "table-name" ASC, "database-position" ASC"""

KEYS = """SELECT "fk_ns"."nspname" AS "fk-table-schema", "fk_table"."relname" AS "fk-table-name",
 "fk_column"."attname" AS "fk-column-name", "pk_ns"."nspname" AS "pk-table-schema",
 "pk_table"."relname" AS "pk-table-name", "pk_column"."attname" AS "pk-column-name"
 FROM "pg_constraint" AS "c" INNER JOIN "pg_class" AS "fk_table" ON "c"."conrelid" = "fk_table"."oid"
 INNER JOIN "pg_namespace" AS "fk_ns" ON "c"."connamespace" = "fk_ns"."oid"
 INNER JOIN "pg_attribute" AS "fk_column" ON "c"."conrelid" = "fk_column"."attrelid"
 INNER JOIN "pg_class" AS "pk_table" ON "c"."confrelid" = "pk_table"."oid"
 INNER JOIN "pg_namespace" AS "pk_ns" ON "pk_table"."relnamespace" = "pk_ns"."oid"
 INNER JOIN "pg_attribute" AS "pk_column" ON "c"."confrelid" = "pk_column"."attrelid"
 WHERE fk_ns.nspname !~ '^information_schema|catalog_history|pg_' AND ("c"."contype" = 'f'::char)
 AND ("fk_column"."attnum" = ANY(c.conkey)) AND ("pk_column"."attnum" = ANY(c.confkey))
 ORDER BY "fk-table-schema" ASC, "fk-table-name" ASC"""

ENUMS = ("SELECT nspname, typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
         " WHERE t.oid IN (SELECT DISTINCT enumtypid FROM pg_enum e)")

PRIVILEGES = """with table_privileges as (
 select NULL as role, t.schemaname as schema, t.objectname as table,
   pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"',  'update') as update,
   pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"',  'select') as select,
   pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"',  'insert') as insert,
   pg_catalog.has_table_privilege(     current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"',  'delete') as delete
 from (
   select schemaname, tablename as objectname from pg_catalog.pg_tables
   union
   select schemaname, viewname as objectname from pg_catalog.pg_views
   union
   select schemaname, matviewname as objectname from pg_catalog.pg_matviews
 ) t
 where t.schemaname !~ '^pg_' and t.schemaname <> 'information_schema'
   and pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage')
)
select t.* from table_privileges t"""


def superset():
    engine = sa.create_engine("postgresql+psycopg2://")
    inspector = sa.inspect(engine)
    with engine.connect() as connection:
        def ask(sql):
            return connection.execute(sa.text(sql)).all()

        section("rows")
        with check("test of the connection"):
            same(ask("SELECT 1"), [(1,)])
        section("catalogue")
        with check("catalogues"):
            same(ask("SELECT datname FROM pg_database WHERE datistemplate = false;"), [("theirs",)])
        with check("schemas, tables, views, foreign tables"):
            expect("shop_figures" in inspector.get_schema_names())
            names = set(inspector.get_table_names("shop_figures")) | set(inspector.get_foreign_table_names("shop_figures"))
            expect({"orders", "person"} <= names, names)
            same(inspector.get_view_names("shop_figures") + inspector.get_materialized_view_names("shop_figures"), [])
        with check("columns, comment, keys, indexes"):
            same(len(inspector.get_columns("orders", "shop_figures")), 5 - 1)
            expect(inspector.get_table_comment("orders", "shop_figures")["text"])
            same(inspector.get_pk_constraint("orders", "shop_figures")["constrained_columns"], [])
            same(inspector.get_indexes("orders", "shop_figures") + inspector.get_foreign_keys("orders", "shop_figures"), [])
        section("settings")
        with check("SQL Lab chooses a schema"):
            ask_none = connection.execute(sa.text('set search_path = "shop_figures"'))
            ask_none.close()
            expect(len(ask("SELECT * FROM person LIMIT 101")) == 101)
            connection.execute(sa.text("reset search_path"))
        section("rows")
        with check("a chart over a table"):
            rows = ask("SELECT channel AS channel, sum(total) AS \"SUM(total)\", COUNT(DISTINCT person_id) AS people"
                       " FROM shop_figures.orders WHERE channel IN ('web', 'shop') GROUP BY channel"
                       " ORDER BY \"SUM(total)\" DESC LIMIT 1000")
            expect(rows and rows[0][1] > 0, rows)
        with check("a chart over a virtual table"):
            rows = ask("SELECT city AS city, COUNT(*) AS count FROM (SELECT * FROM shop_figures.person) AS virtual_table"
                       " GROUP BY city ORDER BY count DESC LIMIT 50000")
            expect(len(rows) > 5)
        with check("a filter's values"):
            expect(len(ask("SELECT DISTINCT channel AS channel FROM shop_figures.orders LIMIT 10000")) > 1)
        with check("time grain over a month"):
            rows = ask("SELECT DATE_TRUNC('year', TO_DATE(ordered_at || '-01', 'YYYY-MM-DD')) AS ordered_at, count(*) AS n"
                       " FROM shop_figures.orders GROUP BY DATE_TRUNC('year', TO_DATE(ordered_at || '-01', 'YYYY-MM-DD'))")
            expect(len(rows) > 1)


def metabase():
    with psycopg.connect(autocommit=True) as connection:
        def ask(sql, *values):
            return connection.execute(sql, values or None).fetchall()

        section("catalogue")
        with check("tables with comments"):
            rows = ask(TABLES, "shop_figures", "reading_tips")
            same(len(rows), 6)
            expect(all(row[3] for row in rows), rows)
        with check("fields with comments"):
            rows = ask(FIELDS, "shop_figures", "shop_figures")
            expect(len(rows) > 10 and all(row[6] for row in rows), rows[:2])
            expect({row[1] for row in rows} <= {"int8", "text", "numeric", "date", "bool"}, {row[1] for row in rows})
        with check("foreign keys"):
            same(ask(KEYS), [])
        with check("enumerations"):
            same(ask(ENUMS), [])
        with check("privileges"):
            rows = ask(PRIVILEGES)
            expect(len(rows) == 9 and all(row[4] and not (row[3] or row[5] or row[6]) for row in rows), rows[:2])
        section("settings")
        with check("time zone, version"):
            same(ask("show timezone;"), [("UTC",)])
            expect("PostgreSQL" in ask("select version()")[0][0])
        section("parameters")
        with check("a question"):
            rows = ask('SELECT "shop_figures"."orders"."channel" AS "channel", COUNT(*) AS "count", SUM("shop_figures"."orders"."total") AS "sum"'
                       ' FROM "shop_figures"."orders" WHERE "shop_figures"."orders"."total" > %s'
                       ' GROUP BY "shop_figures"."orders"."channel" ORDER BY "count" DESC, "shop_figures"."orders"."channel" ASC', 5)
            expect(len(rows) > 1, rows)
        section("rows")
        with check("a join"):
            rows = ask('SELECT "Person"."city" AS "Person__city", COUNT(*) AS "count" FROM "shop_figures"."orders"'
                       ' LEFT JOIN "shop_figures"."person" AS "Person" ON "shop_figures"."orders"."person_id" = "Person"."person_id"'
                       ' GROUP BY "Person"."city" ORDER BY "count" DESC LIMIT 10')
            same(len(rows), 10)
        with check("a fingerprint's sample"):
            rows = ask('SELECT "source"."substring1" FROM (SELECT SUBSTRING("shop_figures"."person"."city", 1, 1234) AS "substring1"'
                       ' FROM "shop_figures"."person" LIMIT 10000) AS "source"')
            expect(len(rows) > 1000)


{"superset": superset, "metabase": metabase}[sys.argv[1]]()
finish()
