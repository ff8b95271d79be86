#!/usr/bin/env python3
"""SQLAlchemy 2, and pandas over it."""

import pandas
import sqlalchemy as sa
from checks import check, expect, finish, same, section

engine = sa.create_engine("postgresql+psycopg://")
inspector = sa.inspect(engine)

section("catalogue")
with check("get_schema_names"):
    names = inspector.get_schema_names()
    expect({"shop_figures", "birthday_offer", "reading_tips"} <= set(names) and "answer_you" not in names, names)
with check("get_table_names"):
    same(sorted(inspector.get_table_names("shop_figures")), ["newsletter_opens", "order_lines", "orders", "person"])
with check("get_view_names"):
    same(inspector.get_view_names("shop_figures"), [])
with check("get_columns"):
    columns = {column["name"]: column for column in inspector.get_columns("person", "shop_figures")}
    same(list(columns), ["person_id", "city", "birth_date"])
    expect(isinstance(columns["person_id"]["type"], sa.BIGINT) and not columns["person_id"]["nullable"], columns)
    expect("age group" in columns["birth_date"]["comment"], columns)
with check("get_columns of every table at once"):
    many = inspector.get_multi_columns("shop_figures")
    same(len(many), 4)
with check("get_table_comment"):
    expect("One row for each person" in inspector.get_table_comment("person", "shop_figures")["text"])
with check("get_pk_constraint"):
    same(inspector.get_pk_constraint("person", "shop_figures")["constrained_columns"], [])
with check("get_foreign_keys"):
    same(inspector.get_foreign_keys("orders", "shop_figures"), [])
with check("get_indexes"):
    same(inspector.get_indexes("orders", "shop_figures"), [])
with check("get_unique_constraints, get_check_constraints"):
    same(inspector.get_unique_constraints("orders", "shop_figures"), [])
    same(inspector.get_check_constraints("orders", "shop_figures"), [])
with check("has_table"):
    same([inspector.has_table("person", "shop_figures"), inspector.has_table("nope", "shop_figures")], [True, False])
with check("get_enums"):
    same(inspector.get_enums("shop_figures"), [])

with engine.connect() as connection:
    section("rows")
    with check("a select through reflected Tables"):
        meta = sa.MetaData(schema="shop_figures")
        person = sa.Table("person", meta, autoload_with=connection)
        orders = sa.Table("orders", meta, autoload_with=connection)
        towns = (
            sa.select(person.c.city, sa.func.count().label("n"), sa.func.sum(orders.c.total).label("takings"))
            .join(orders, orders.c.person_id == person.c.person_id)
            .where(orders.c.channel == "web", person.c.city.is_not(None))
            .group_by(person.c.city).order_by(sa.desc("n")).limit(5)
        )
        rows = connection.execute(towns).all()
        expect(len(rows) == 5 and rows[0].n >= rows[4].n, rows)
    section("cursors")
    with check("stream_results"):
        some = connection.execution_options(stream_results=True).execute(sa.select(person.c.person_id))
        expect(len(some.fetchmany(100)) == 100)
        some.close()
    section("parameters")
    with check("pandas.read_sql"):
        frame = pandas.read_sql(sa.text("select channel, total from shop_figures.orders where total > :least"),
                                connection, params={"least": 20})
        expect(len(frame) > 100 and list(frame.columns) == ["channel", "total"], frame.head())
    section("catalogue")
    with check("pandas.read_sql_table"):
        frame = pandas.read_sql_table("person", connection, schema="shop_figures")
        expect(len(frame) > 1000 and str(frame["person_id"].dtype) == "int64", frame.dtypes)
section("settings")
with check("a default purpose: search_path in the URL's options"):
    chosen = sa.create_engine("postgresql+psycopg://?options=-csearch_path%3Dshop_figures")
    with chosen.connect() as connection:
        expect(connection.scalar(sa.text("select count(*) from person")) > 1000)
        same(sorted(sa.inspect(connection).get_table_names()), ["newsletter_opens", "order_lines", "orders", "person"])
finish()
