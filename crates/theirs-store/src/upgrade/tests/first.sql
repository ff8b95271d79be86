-- The database of the first version that landed, layout 1, with invented people.
create table meta (name text primary key, value integer not null) without rowid;
insert into meta values ('sequence', 0), ('people', 0);

create table source (id integer primary key, name text not null unique);

create table record (
    id integer primary key autoincrement,
    source integer not null references source,
    key text not null,
    since integer not null,
    loaded integer not null,
    sequence integer not null,
    digest blob not null,
    body text not null,
    unique (source, key)
);

create table slot (
    slot integer primary key,
    person text not null unique,
    opened integer not null,
    closed integer,
    survivor integer
);

create table assignment (
    record integer primary key references record,
    slot integer not null references slot,
    confidence real not null,
    sequence integer not null
);
create index assignment_slot on assignment (slot);

create table link (
    a integer not null,
    b integer not null,
    weight real not null,
    probability real not null,
    primary key (a, b)
) without rowid;

create table model (id integer primary key check (id = 1), sequence integer not null, body text not null);

create table act (
    id integer primary key autoincrement,
    anchor integer not null references record,
    kind text not null,
    topic text not null,
    content text,
    at integer not null,
    sequence integer not null,
    by text not null
);
create index act_anchor on act (anchor);

create table load (
    id integer primary key autoincrement,
    source text not null,
    file text not null,
    digest blob not null,
    charter blob not null,
    at integer not null,
    rows integer not null,
    added integer not null,
    changed integer not null,
    unchanged integer not null,
    set_aside integer not null,
    sequence integer not null
);

create table set_aside (
    load integer not null references load,
    source text not null,
    file text not null,
    line integer not null,
    field text,
    reason text not null
);
create index set_aside_source on set_aside (source);

create table lake_file (
    name text primary key,
    activity text not null,
    rows integer not null,
    sequence integer not null
) without rowid;

create table overlay (
    activity text not null,
    key blob not null,
    sequence integer not null,
    primary key (activity, key)
) without rowid;

create table charter (digest blob primary key, text text not null, applied integer not null, sequence integer not null) without rowid;

create table principal (
    name text primary key,
    role text not null,
    token blob not null,
    added integer not null,
    active integer not null
) without rowid;

create table usage (
    id blob primary key,
    sequence integer not null,
    at integer not null,
    told text not null,
    people integer not null,
    members blob not null,
    salt blob not null,
    entry blob not null,
    leaf integer
) without rowid;
create index usage_sequence on usage (sequence);
create index usage_pending on usage (sequence) where leaf is null;

insert into source values (1, 'crm'), (2, 'news');
insert into record values
    (1, 1, '1', 1767225600000000, 1767225600000000, 1, x'01', '{"name":"Ada Lovelace","email":"ada@mail.example"}'),
    (2, 2, 'ada@mail.example', 1767225600000000, 1767225600000000, 1, x'02', '{"name":"A Lovelace","email":"ada@mail.example"}'),
    (3, 1, '2', 1767225600000000, 1767225600000000, 2, x'03', '{"name":"Bob Stone","email":"bob@mail.example"}'),
    (4, 2, 'eve@mail.example', 1767225600000000, 1767225600000000, 3, x'04', '{"email":"eve@mail.example"}');
insert into slot values (0, 'p-ada', 4, null, null), (1, 'p-bob', 4, null, null);
insert into assignment values (1, 0, 1.0, 4), (2, 0, 0.97, 4), (3, 1, 1.0, 4);
insert into link values (1, 2, 9.5, 0.97);
insert into model values (1, 4, 'null');
insert into act (anchor, kind, topic, content, at, sequence, by)
    values (1, 'objection', 'marketing', 'yes', 1767312000000000, 5, 'person'),
           (3, 'correction', 'name', 'Robert Stone', 1767312000000000, 6, 'person');
insert into load (source, file, digest, charter, at, rows, added, changed, unchanged, set_aside, sequence)
    values ('crm', 'crm.csv', x'0505050505050505050505050505050505050505050505050505050505050505', x'0606060606060606060606060606060606060606060606060606060606060606', 1767225600000000, 3, 2, 0, 0, 1, 2);
insert into set_aside values (1, 'crm', 'crm.csv', 3, 'email', 'is no address');
insert into principal values ('noor', 'privacy', x'07', 1767225600000000, 1);
update meta set value = 7 where name = 'sequence';
update meta set value = 6 where name = 'people';
pragma user_version = 1;
