"""The same people in PostgreSQL, once open and once guarded as its manual advises."""

COLUMNS = """person_id bigint, given_name text, birth_date date, email text, city text,
  postcode text, points bigint, income_band text, newsletter boolean, no_marketing boolean"""
ORDERS = "person_id bigint, order_id text, at timestamptz, total numeric(18, 2), town text"
TRAIL = "person_id bigint, at timestamptz, latitude double precision"

# `offer` is a table with row security and grants on columns; `figures` and `service` are views
# with security_barrier over tables that nobody was granted.
GUARD = """
create role house nologin; create role marketing login; create role analyst login;
create role service login;
"""
GUARDED = """
create schema offer; create schema figures; create schema service;
grant usage on schema offer, figures to marketing;
grant usage on schema figures to analyst;
grant usage on schema service to service;

create table offer.person (slot bigint, {columns});
insert into offer.person select person_id, * from raw.person;
alter table offer.person drop column person_id;
alter table offer.person add column person_id bigint generated always as
  (('x' || substr(md5('key of offer' || slot), 1, 8))::bit(32)::bigint) stored;
alter table offer.person add column birthday text generated always as
  (lpad(extract(month from birth_date)::text, 2, '0') || '-'
   || lpad(extract(day from birth_date)::text, 2, '0')) stored;
alter table offer.person rename column birth_date to born;
alter table offer.person rename column birthday to birth_date;
alter table offer.person enable row level security;
create policy consented on offer.person for select to marketing
  using (newsletter and no_marketing is not true);
grant select (person_id, given_name, email, city, birth_date) on offer.person to marketing;

create view figures.person with (security_barrier) as
  select ('x' || substr(md5('key of figures' || person_id), 1, 8))::bit(32)::bigint as person_id,
    city,
    case when age < 18 then 'under 18' when age < 30 then '18-29' when age >= 90 then '90 or more'
      else (age / 10 * 10) || '-' || (age / 10 * 10 + 9) end as birth_date,
    split_part(postcode, ' ', 1) as postcode, left(given_name, 1) as given_name,
    case when email is not null then 'yes' end as email, (points + 50) / 100 * 100 as points
  from (select *, extract(year from age(date '2026-03-02', birth_date))::int as age
    from raw.person) p
  where no_marketing is not true;
create view figures.orders with (security_barrier) as
  select ('x' || substr(md5('key of figures' || o.person_id), 1, 8))::bit(32)::bigint as person_id,
    to_char(o.at at time zone 'Europe/London', 'YYYY-MM') as at,
    floor((o.total + 2.5) / 5) * 5 as total
  from raw.orders o join raw.person p using (person_id) where p.no_marketing is not true;
grant select on figures.person, figures.orders to marketing, analyst;

create view service.person with (security_barrier) as
  select ('x' || substr(md5('key of service' || person_id), 1, 8))::bit(32)::bigint as person_id,
    given_name, email, city, postcode, birth_date from raw.person;
create view service.orders with (security_barrier) as
  select ('x' || substr(md5('key of service' || person_id), 1, 8))::bit(32)::bigint as person_id,
    order_id, at, total, town from raw.orders;
grant select on service.person, service.orders to service;
"""


def fill(cluster, name, world):
    """Two databases of a world: one open, one guarded."""
    for database in (f"{name}_open", f"{name}_guarded"):
        cluster.psql("postgres", "postgres", f"create database {database}", strict=True)
        cluster.psql(database, "postgres", rows(world), strict=True)
    copies = "".join(
        f"create schema {schema}; create table {schema}.person as table raw.person;"
        f"create table {schema}.orders as table raw.orders;"
        f"create table {schema}.trail as table raw.trail;"
        for schema in ("offer", "figures", "service", "tasting", "crowd", "main"))
    copies += "create table public.person as table raw.person; create table crm as table raw.person;"
    cluster.psql(f"{name}_open", "postgres", copies + "analyze;", strict=True)
    guarded = GUARDED.format(columns=COLUMNS)
    cluster.psql(f"{name}_guarded", "postgres", guarded + "analyze;", strict=True)


def rows(world):
    def literal(value):
        return "null" if value in (None, "") else "'" + value.replace("'", "''") + "'"

    def insert(table, values):
        lines = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in values)
        return f"insert into raw.{table} values {lines};\n"

    return (f"create schema raw; create table raw.person ({COLUMNS});"
            f"create table raw.orders ({ORDERS}); create table raw.trail ({TRAIL});"
            + insert("person", world["person"]) + insert("orders", world["orders"])
            + insert("trail", world["trail"]))
