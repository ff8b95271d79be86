//! Sources that are no single file: real databases, also while they change, folders, workbooks and
//! pages of JSON.

#[path = "sources/changing.rs"]
mod changing;
#[path = "sources/server.rs"]
mod server;
#[path = "sources/web.rs"]
mod web;

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use tempfile::TempDir;

use self::server::{BOTH, Engine, PASSWORD, Server};
use crate::shop::Said;

/// A working folder under a small charter.
pub struct House(TempDir);

impl House {
    /// With these sources in force.
    pub fn of(sources: &str) -> Self {
        let house = Self(tempfile::tempdir().unwrap());
        house.well(&["init"]);
        house.promise(sources);
        house
    }

    /// Puts other sources in force.
    pub fn promise(&self, sources: &str) {
        let has_orders = sources.contains("\n  orders:");
        let activities = if has_orders { "    activities: { orders: [at, total] }\n" } else { "" };
        let text = format!(
            "charter: 1\ntime_zone: Europe/London\n\
             controller: {{ name: Quay Books, email: hello@quay.example }}\nsources:\n{sources}\
             purposes:\n  answer_you:\n    category: service.support\n    basis: contract\n    \
             says: We look up your details to answer you.\n    columns: [city]\n{activities}    keep: 24 months\n\
             roles:\n  service: {{ purposes: [answer_you] }}\n  \
             privacy: {{ purposes: [], may_see_records: true }}\n"
        );
        fs::write(self.0.path().join("charter.yaml"), text).unwrap();
        self.well(&["charter", "apply"]);
    }

    pub fn path(&self) -> &std::path::Path {
        self.0.path()
    }

    pub fn say(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_theirs"));
        command.arg("-C").arg(self.0.path()).args(arguments);
        command.env("THEIRS_NOW", "2026-03-02T09:00:00Z").env_remove("THEIRS_TOKEN");
        command.output().unwrap().into()
    }

    pub fn well(&self, arguments: &[&str]) -> String {
        let said = self.say(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    /// How a load of one source went: new, changed, as before, gone, set aside.
    pub fn load(&self, source: &str) -> [u64; 5] {
        let said = self.say(&["--json", "load", source]);
        let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let loaded = &answer["loaded"][0];
        assert!(loaded.is_object(), "{}{}", said.out, said.err);
        ["added", "changed", "unchanged", "gone", "set_aside"]
            .map(|name| loaded[name].as_u64().unwrap())
    }

    /// How many records a source has, and how many activities.
    pub fn held(&self, source: &str) -> u64 {
        let status: serde_json::Value =
            serde_json::from_str(&self.well(&["--json", "status"])).unwrap();
        let found =
            ["records", "activities"].iter().find_map(|kind| status[*kind][source].as_u64());
        found.unwrap_or_else(|| panic!("{status}"))
    }
}

/// Clients and orders in the database `till`; `more` goes to both.
pub fn tables(more: &str) -> String {
    format!(
        "  crm:
    kind: internal
    acquired: You told us.
    database: till
    table: client
    holds: identity
    key: id
{more}    columns:
      city: contact.address.city
      born: {{ category: demo.birthdate, format: \"%d/%m/%Y\" }}
      news: {{ consent: news }}
  orders:
    kind: internal
    acquired: You bought from us.
    database: till
    table: purchase
    holds: activity
    category: purchase.history
    key: id
    time: at
    person: {{ source: crm, column: client }}
{more}    columns:
      at: timestamp
      total: decimal
"
    )
}

pub const SCHEMA: &str =
    "create table client (id bigint primary key, city varchar(100), born date, \
    news varchar(10), phone varchar(50));
create table purchase (id bigint primary key, client bigint, at timestamp, total decimal(10, 3), \
    changed timestamp not null default current_timestamp);
";

/// The same for PostgreSQL, where an instant has a zone.
pub fn schema(engine: Engine) -> String {
    match engine {
        Engine::Postgres => SCHEMA
            .replace("timestamp", "timestamptz")
            .replace("current_timestamptz", "current_timestamp"),
        Engine::MariaDb => SCHEMA
            .replace("at timestamp", "at timestamp null")
            .replace("changed timestamp", "changed timestamp(6)")
            .replace("default current_timestamp", "default current_timestamp(6)"),
    }
}

#[test]
fn rows_of_a_table_are_typed_and_set_aside_like_those_of_a_file() {
    for engine in BOTH {
        let server = Server::start(engine);
        server.sql(&schema(engine));
        let zone = if engine == Engine::Postgres { "+00" } else { "" };
        server.sql(&format!(
            "insert into client values (1, 'Saltmouth', '1980-01-31', 'yes', 'x'),
                 (2, ' Oldhaven ', null, '', 'y'), (3, 'Ely', '1980-02-01', 'perhaps', 'z');
             insert into purchase (id, client, at, total)
                 values (1, 1, '2026-01-02 10:00:00{zone}', 1.005), (2, 9, '2026-01-02 10:00:00{zone}', 2),
                 (3, 2, null, 3);"
        ));
        let house = House::of(&tables(""));
        server.settings(house.path());
        assert_eq!(house.load("crm"), [2, 0, 0, 0, 1], "{engine:?}: a garbled yes");
        assert_eq!(
            house.load("orders"),
            [1, 0, 0, 0, 2],
            "{engine:?}: nobody's, and without a time"
        );
        let rejected = house.well(&["status", "--rejected"]);
        assert!(
            rejected.contains("till:client") && rejected.contains("is not yes or no"),
            "{rejected}"
        );
        assert!(!rejected.contains("perhaps"), "{rejected}");
        assert_eq!(house.load("crm"), [0, 0, 2, 0, 1], "{engine:?}: again");
        house.well(&["principal", "add", "noor", "--role", "privacy", "--save"]);
        house.well(&["resolve"]);
        let shown = house.well(&["show", "crm:1", "--all", "--as", "noor"]);
        assert!(shown.contains("1980-01-31") && shown.contains("1.01"), "{shown}");
        server.sql("update client set city = 'Ely' where id = 2; delete from client where id = 1;");
        assert_eq!(house.load("crm"), [0, 1, 0, 0, 1], "{engine:?}: what is gone stays, by itself");
        assert_eq!(house.held("crm"), 2);
    }
}

#[test]
fn what_is_wrong_is_said_without_a_secret_or_a_value() {
    let server = Server::start(Engine::Postgres);
    server.sql(&schema(Engine::Postgres));
    server.sql("create view odd as select 'Maud'::text as id, ('x' || 'Maud')::int as city;");
    let house = House::of(&tables(""));
    let said = |house: &House| {
        let said = house.say(&["load", "crm"]);
        assert_eq!(said.code, 1, "{}", said.out);
        assert!(!said.err.contains(PASSWORD) && !said.err.contains("Maud"), "{}", said.err);
        said.err
    };
    assert!(said(&house).contains("theirs.yaml has no \"till\" under databases:"));
    server.settings(house.path());
    let file = house.path().join("theirs.yaml");
    let right = fs::read_to_string(&file).unwrap();
    fs::write(&file, right.replace("reader@", "reader:secret@")).unwrap();
    let error = said(&house);
    assert!(
        error.contains("a password stands in its url") && !error.contains(":secret"),
        "{error}"
    );
    fs::write(house.path().join("reader.password"), "wrong\n").unwrap();
    fs::write(&file, &right).unwrap();
    assert!(said(&house).contains("password authentication failed"));
    server.settings(house.path());
    house.promise(&tables("").replace("table: client\n", "table: clients\n"));
    assert!(said(&house).contains("has no table \"clients\"; did you mean \"client\"?"));
    house.promise(&tables("").replace("      city: ", "      town: "));
    assert!(said(&house).contains("has no column \"town\""));
    house.promise(
        &tables("")
            .replace("table: client\n", "table: odd\n")
            .replace("      born: {", "      # {")
            .replace("      news: {", "      # {"),
    );
    let error = said(&house);
    assert!(error.contains("the server answered with error 22P02"), "{error}");
}

#[test]
fn another_shape_is_answered_as_the_charter_says() {
    let server = Server::start(Engine::Postgres);
    server.sql(&schema(Engine::Postgres));
    server.sql("insert into client values (1, 'Saltmouth', null, null, null);");
    let house = House::of(&tables("    schema: freeze\n"));
    server.settings(house.path());
    assert_eq!(house.load("crm"), [1, 0, 0, 0, 0]);
    server.sql("alter table client add faith text; alter table client alter phone type text;");
    let refused = house.say(&["load", "crm"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("\"phone\" was of type character varying(50) and is of type text")
            && refused.err.contains("\"faith\" is new in the source"),
        "{}",
        refused.err
    );
    house.promise(&tables("    schema: set_aside\n"));
    assert_eq!(house.load("crm"), [0, 0, 1, 0, 0], "a charter that was applied begins anew");
    server.sql("alter table client drop faith; update client set city = 'Ely';");
    assert_eq!(house.load("crm"), [0, 0, 0, 0, 1]);
    let rejected = house.well(&["status", "--rejected"]);
    assert!(rejected.contains("is gone from the source; none of its rows was read"), "{rejected}");
    house.promise(&tables("    schema: evolve\n"));
    server.sql("alter table client add hat text;");
    assert_eq!(house.load("crm"), [0, 1, 0, 0, 0]);
    let mut out = String::new();
    write!(out, "{}", house.well(&["load", "crm"])).unwrap();
    assert!(out.contains("not in the charter, so not read: phone, hat"), "{out}");
}

#[test]
fn a_folder_is_read_file_by_file_and_each_once() {
    let house = House::of(
        "  crm: { kind: internal, acquired: You told us., holds: identity, key: id, columns: { city: contact.address.city } }
  visits:
    kind: internal
    acquired: You came.
    file: visits/*.csv.gz
    holds: activity
    category: behaviour.location_store
    time: at
    person: { source: crm, column: client, unknown: create }
    columns: { at: timestamp }
",
    );
    let folder = house.path().join("visits");
    fs::create_dir(&folder).unwrap();
    assert!(house.well(&["load", "visits"]).contains("there is no file visits/*.csv.gz yet"));
    let write = |name: &str, rows: &str| {
        let plain = folder.join(name);
        fs::write(&plain, format!("client,at\n{rows}")).unwrap();
        assert!(Command::new("gzip").arg(&plain).status().unwrap().success());
    };
    write("2026-01.csv", "1,2026-01-01T10:00:00Z\n2,2026-01-01T11:00:00Z\n");
    assert_eq!(house.load("visits"), [2, 0, 0, 0, 0]);
    write("2026-02.csv", "1,2026-01-01T10:00:00Z\n3,x\n");
    assert_eq!(
        house.load("visits"),
        [1, 0, 0, 0, 1],
        "the same words in another file are another visit"
    );
    assert_eq!(house.load("visits"), [0; 5]);
    assert_eq!(house.held("visits"), 3);
    write("2026-03.csv", "4,y\n");
    house.load("visits");
    let rejected = house.well(&["status", "--rejected"]);
    for file in ["visits/2026-02.csv.gz", "visits/2026-03.csv.gz"] {
        assert!(rejected.contains(file), "each file's stay: {rejected}");
    }
}

/// Writes a workbook of one sheet with two days, a number and texts, as a spreadsheet program does.
const WORKBOOK: &str = r#"
import sys, zipfile
M = 'http://schemas.openxmlformats.org/'
S = M + 'spreadsheetml/2006/main'
R = M + 'officeDocument/2006/relationships'
P = M + 'package/2006/relationships'
text = lambda at, value: f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'
rows = [
    '<row r="3">' + text('A3', 'no') + text('B3', 'town') + text('C3', 'born') + '</row>',
    '<row r="4"><c r="A4"><v>1</v></c>' + text('B4', 'Saltmouth') + '<c r="C4" s="1"><v>29251</v></c></row>',
    '<row r="6"><c r="A6"><v>2</v></c>' + text('B6', 'Ely') + text('C6', 'long ago') + '</row>',
]
with zipfile.ZipFile(sys.argv[1], 'w') as book:
    book.writestr('[Content_Types].xml', f'<Types xmlns="{M}package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>')
    book.writestr('_rels/.rels', f'<Relationships xmlns="{P}"><Relationship Id="r1" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    book.writestr('xl/workbook.xml', f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="Clients" sheetId="1" r:id="r1"/></sheets></workbook>')
    book.writestr('xl/_rels/workbook.xml.rels', f'<Relationships xmlns="{P}"><Relationship Id="r1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{R}/styles" Target="styles.xml"/></Relationships>')
    book.writestr('xl/styles.xml', f'<styleSheet xmlns="{S}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>')
    book.writestr('xl/worksheets/sheet1.xml', f'<worksheet xmlns="{S}"><sheetData>{"".join(rows)}</sheetData></worksheet>')
"#;

#[test]
fn a_sheet_of_a_workbook_is_a_source() {
    let house = House::of(
        "  crm: { kind: internal, acquired: You told us., file: book.xlsx, sheet: Clients, \
         holds: identity, key: no, columns: { town: contact.address.city, born: demo.birthdate } }\n",
    );
    let book = house.path().join("book.xlsx");
    let made = Command::new("python3").arg("-c").arg(WORKBOOK).arg(&book).status().unwrap();
    assert!(made.success());
    assert_eq!(house.load("crm"), [2, 0, 0, 0, 0]);
    let rejected = house.well(&["status", "--rejected"]);
    assert!(
        rejected.contains("book.xlsx:6") && rejected.contains("is not a date written as"),
        "{rejected}"
    );
    assert!(!rejected.contains("long ago"), "{rejected}");
    house.promise(
        "  crm: { kind: internal, acquired: You told us., file: book.xlsx, sheet: Client, \
         holds: identity, key: no, columns: { town: contact.address.city } }\n",
    );
    let said = house.say(&["load", "crm"]);
    assert!(said.err.contains("did you mean \"Clients\"?"), "{}", said.err);
}

#[test]
fn a_section_of_the_charter_is_proposed_without_a_value() {
    let server = Server::start(Engine::Postgres);
    server.sql(
        "create table customers (customer_id bigint primary key, first_name text, last_name text,
             email text, city text, religion text, updated_at timestamptz not null default now());
         insert into customers select n, (array['Maud', 'Ann', 'Emma', 'Carl'])[1 + n % 4],
             (array['Ellery', 'Smith', 'Jones'])[1 + n % 3], 'maud' || n || '@mail.example', 'Ely',
             'Catholic', now() - n * interval '1 day' from generate_series(1, 60) n;",
    );
    let address = format!("postgres://shop@127.0.0.1:{}/postgres?sslmode=disable", server.port);
    let mut inspect = Command::new(env!("CARGO_BIN_EXE_theirs"));
    let said: Said = inspect.args(["source", "inspect", &address]).output().unwrap().into();
    assert_eq!(said.code, 0, "{}", said.err);
    for line in [
        "database: postgres",
        "table: customers",
        "cursor: updated_at",
        "key: customer_id",
        "email: contact.email",
        "# Look at these first:",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    assert!(!said.out.contains("Maud") && !said.out.contains("Catholic"), "{}", said.out);
}

#[test]
fn tables_of_mariadb_are_inspected_too_and_whole_card_numbers_are_warned_of() {
    let server = Server::start(Engine::MariaDb);
    let rows = |each: &dyn Fn(u32) -> String| (1..=40).map(each).collect::<Vec<_>>().join(",");
    let letters = rows(&|n| format!("('maud{n}@mail.example', '2026-02-01 10:00:{:02}')", n % 60));
    let cards = rows(&|n| format!("({n}, '4111111111111111', '2026-02-01 10:00:00')"));
    server.sql(&format!(
        "create table letters (email varchar(80), changed_at datetime); \
         insert into letters values {letters}; \
         create table wallet (customer_id int, card varchar(20), paid_at datetime, scan blob); \
         insert into wallet (customer_id, card, paid_at) values {cards};"
    ));
    let address = format!("mysql://reader@127.0.0.1:{}/shop", server.port);
    let mut inspect = Command::new(env!("CARGO_BIN_EXE_theirs"));
    let inspect = inspect.args(["source", "inspect", &address]).env("MYSQL_PWD", PASSWORD);
    let said: Said = inspect.output().unwrap().into();
    assert_eq!(said.code, 0, "{}", said.err);
    for line in [
        "database: shop",
        "table: letters",
        "cursor: changed_at",
        "key: email",
        "table: wallet",
        "card looks like whole card numbers",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    assert!(!said.out.contains("maud") && !said.out.contains("4111"), "{}", said.out);
    let mut wrong = Command::new(env!("CARGO_BIN_EXE_theirs"));
    let wrong = wrong.args(["source", "inspect", &address]).env("MYSQL_PWD", "wrong");
    let said: Said = wrong.output().unwrap().into();
    assert!(said.code != 0 && said.err.contains("database shop"), "{}", said.err);
}

#[test]
fn a_file_that_changes_is_loaded_by_itself_while_it_is_watched() {
    use std::io::{BufRead, BufReader};
    let house = House::of(
        "  crm: { kind: internal, acquired: You told us., file: crm.csv, holds: identity, key: id, \
         columns: { city: contact.address.city } }\n",
    );
    let file = house.path().join("crm.csv");
    fs::write(&file, "id,city\n1,Ely\n").unwrap();
    let mut watching = Command::new(env!("CARGO_BIN_EXE_theirs"))
        .arg("-C")
        .arg(house.path())
        .args(["load", "--watch"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut next = |what: &str| lines.any(|line| line.starts_with(what));
    assert!(next("crm: 1 new"));
    fs::write(&file, "id,city\n1,Ely\n2,Wells\n").unwrap();
    assert!(next("crm: 1 new, 1 as before"));
    watching.kill().unwrap();
    watching.wait().unwrap();
}
