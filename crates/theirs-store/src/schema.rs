//! The layout of the database, and the steps that lead to it from every layout that ever was.

use std::cmp::Ordering;

use rusqlite::Connection;

use crate::store::StoreError;

const TABLES: &str = "
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
";

/// From layout 1 to 2: what people said of joins, households, and from whom a slot was split.
const SECOND: &str = "
create table verdict (
    id integer primary key autoincrement,
    a integer not null references record,
    b integer not null references record,
    same integer not null,
    about integer not null references record,
    by text not null,
    reason text,
    slot integer not null,
    at integer not null,
    sequence integer not null,
    ended integer,
    check (a < b)
);
create index verdict_a on verdict (a);
create index verdict_b on verdict (b);
create table household (
    household integer not null,
    slot integer not null references slot,
    shares text not null,
    primary key (household, slot)
) without rowid;
create index household_slot on household (slot);
alter table slot add column split_from integer;
alter table slot add column split_since integer;
alter table slot add column split_at integer;
alter table assignment add column came_from integer;
";

/// From layout 2 to 3: what proves a token over the PostgreSQL protocol, sealed.
const THIRD: &str = "alter table principal add column verifier blob;";

/// Where rows of the lake lie and which are hidden, and erased records.
const LAID_OUT: &str = "
alter table lake_file add column run text;
alter table lake_file add column least integer;
alter table lake_file add column greatest integer;
alter table lake_file add column bytes integer;
alter table lake_file add column hidden blob;
alter table lake_file add column hidden_rows integer not null default 0;
alter table lake_file add column clean integer not null default 0;
create index lake_file_activity on lake_file (activity);
create table erased_record (record integer primary key, sequence integer not null);
create index erased_record_sequence on erased_record (sequence);
";

/// The operator's policies beside each version of the charter.
const POLICIES: &str = "alter table charter add column policies text not null default '{}';";

/// Sets of people that uses share.
const SETS: &str = "
create table member_set (id integer primary key, digest blob unique, body blob not null);
alter table usage add column member_set integer references member_set (id);
create index usage_member_set on usage (member_set) where member_set is not null;
";

/// Since when somebody waits to see all of a person's record by one channel alone.
const PROOFS: &str = "
create table proof (slot integer primary key, since integer not null) without rowid;
";

/// By which devices, and by which letters, people prove who they are.
const PASSKEYS: &str = "
create table passkey (
    id integer primary key,
    credential blob not null unique,
    slot integer not null,
    handle blob not null,
    fixed blob not null,
    changing blob not null,
    made integer not null,
    used integer
);
create index passkey_slot on passkey (slot);
create table letter (
    slot integer primary key,
    code blob not null,
    made integer not null,
    wrong integer not null default 0
) without rowid;
";

/// Since which change each person is as they are.
const CHANGED: &str = "
alter table slot add column changed integer not null default 0;
create index slot_changed on slot (changed);
";

/// How the uses of each epoch were sealed in the ledger, what is kept of erased
/// people so that others' proofs can still be made, and the receipts that were handed out.
const EPOCHS: &str = "
alter table usage add column epoch integer;
alter table usage add column line integer;
alter table usage add column cleared integer not null default 0;
create index usage_unsealed on usage (leaf) where epoch is null;
create index usage_line on usage (epoch, line);
create table epoch (
    number integer primary key,
    first integer not null,
    until integer not null,
    at integer not null,
    leaf integer not null,
    people integer not null,
    root blob not null
);
create table batch (
    epoch integer not null references epoch,
    line integer not null,
    leaf integer not null,
    uses integer not null,
    people integer not null,
    root blob not null,
    tops blob not null,
    primary key (epoch, line)
);
create table orphan (
    epoch integer not null,
    line integer not null,
    place integer not null,
    hash blob not null,
    primary key (epoch, line, place)
) without rowid;
create table orphan_head (
    slot integer not null,
    epoch integer not null,
    hash blob not null,
    primary key (slot, epoch)
) without rowid;
create table receipt (
    slot integer not null,
    size integer not null,
    at integer not null,
    primary key (slot, size)
) without rowid;
";

/// Why people did what they did about their own data.
const REASONS: &str = "alter table act add column reason text;";

/// A principal has several roles.
const ROLES: &str = "
create table principal_role (
    principal text not null references principal,
    role text not null,
    primary key (principal, role)
) without rowid;
insert into principal_role select name, role from principal;
alter table principal drop column role;
";

/// The groups of people that a purpose sees on a day.
const CELLS: &str = "
create table cells (
    purpose text not null,
    made_from blob not null,
    day text not null,
    body blob not null,
    primary key (purpose, made_from)
) without rowid;
";

/// Who was erased, what blocks their return, what is kept under a duty, and whom
/// it is told to.
const ERASURES: &str = "
alter table slot add column erased integer;
create table erasure (
    id integer primary key autoincrement,
    use blob not null unique,
    slots text not null,
    at integer not null,
    by text not null,
    ground text not null,
    due integer not null,
    swept integer,
    readmitted integer,
    sequence integer not null
);
create index erasure_pending on erasure (due) where swept is null;
create table unswept_record (
    record integer primary key,
    erasure integer not null references erasure
);
create table tombstone (
    mark blob not null,
    erasure integer not null references erasure,
    kind text not null,
    primary key (mark, erasure)
) without rowid;
create index tombstone_erasure on tombstone (erasure);
create table kept (
    id integer primary key autoincrement,
    erasure integer not null references erasure,
    purpose text not null,
    until integer not null,
    body text not null
);
create table notice (
    id integer primary key autoincrement,
    erasure integer not null references erasure,
    recipient text not null,
    uses text not null,
    body text,
    told integer,
    confirmed integer
);
create table lost_use (first integer primary key, until integer not null, at integer not null);
create index verdict_about on verdict (about);
";

/// What people asked for, and what was done about it.
const REQUESTS: &str = "
create table request (
    id integer primary key autoincrement,
    anchor integer,
    kind text not null,
    came integer not null,
    by text not null,
    text text
);
create index request_anchor on request (anchor);
create table request_step (
    id integer primary key autoincrement,
    request integer not null references request,
    at integer not null,
    what text not null,
    by text not null,
    reason text
);
create index request_step_request on request_step (request);
";

/// Who was merged into whom, found without looking at everybody.
const SURVIVORS: &str = "create index slot_survivor on slot (survivor) where survivor is not null;";
/// What is told to others may be a correction too: it hangs on the record through which the person
/// was known, as their acts do.
const NOTICES: &str = "
alter table notice rename to notice_of_erasure;
create table notice (
    id integer primary key autoincrement,
    use blob not null,
    at integer not null,
    what text not null,
    erasure integer references erasure,
    anchor integer,
    topic text,
    recipient text not null,
    uses text not null,
    body text,
    told integer,
    laid integer,
    confirmed integer
);
insert into notice (id, use, at, what, erasure, recipient, uses, body, told, confirmed)
    select notice.id, use, at, 'erase', erasure, recipient, uses, body, told, confirmed
    from notice_of_erasure notice join erasure on erasure.id = notice.erasure;
drop table notice_of_erasure;
create index notice_anchor on notice (anchor);
create index notice_erasure on notice (erasure);
create index notice_untold on notice (id) where body is not null;
";

/// Which values people had deleted: what a restore does it again by, until when no file may hold them.
const DELETIONS: &str = "
create table deletion (
    use blob primary key,
    at integer not null,
    by text not null,
    topic text not null,
    anchor integer,
    marks text not null,
    keys text not null,
    due integer not null,
    swept integer
) without rowid;
create index deletion_anchor on deletion (anchor);
create index deletion_unanchored on deletion (use) where anchor is null;
create index act_deletion on act (anchor) where kind = 'deletion';
create index deletion_pending on deletion (due) where swept is null;
";

/// The numbers and days of what colleagues look at, and what they decided.
const REVIEWS: &str = "
create table review (
    id integer primary key autoincrement,
    kind text not null,
    record integer not null,
    since integer not null,
    settled integer,
    how text,
    by text,
    reason text,
    unique (kind, record)
);
";

/// Who approved what, and who was told of what before it starts. A folder with a charter has still to
/// adopt what that says.
const APPROVALS: &str = "
create table approval (
    id integer primary key autoincrement,
    subject text not null,
    digest blob not null,
    word text not null,
    key text not null,
    principal text not null,
    reason text not null,
    at integer not null,
    use blob not null,
    mac blob not null
);
create table adopted (
    subject text not null,
    digest blob not null,
    mac blob not null,
    primary key (subject, digest)
) without rowid;
insert into meta select 'adopt', 1 where exists (select 1 from charter);
create table informed (
    subject text not null,
    digest blob not null,
    slot integer not null,
    use blob not null,
    at integer not null,
    laid integer,
    primary key (subject, digest, slot)
) without rowid;
create index informed_slot on informed (slot);
create table told_all (
    subject text not null,
    digest blob not null,
    at integer not null,
    mac blob not null,
    primary key (subject, digest)
) without rowid;
";

/// What campaigns decided for people: once for each use, what it chose among, and for each person what
/// it chose and why.
const DECISIONS: &str = "
create table decision_run (
    use blob primary key,
    campaign text not null,
    purpose text not null,
    called text not null,
    at integer not null,
    sequence integer not null,
    actions text not null
) without rowid;
create index decision_run_campaign on decision_run (campaign, at);
create index decision_run_purpose on decision_run (purpose, at);
create table decision (
    slot integer not null,
    use blob not null references decision_run,
    action text not null,
    propensity real not null,
    chances text not null,
    control integer not null,
    score real,
    looked_at text,
    because text,
    would_change text,
    without_outside text,
    primary key (slot, use)
) without rowid;
create index decision_use on decision (use);
";

/// Events of sites and apps: who may send them, what was taken over, and how many were not kept.
const COLLECTED: &str = "
create table write_key (
    digest blob primary key,
    stream text not null,
    server integer not null,
    hint text not null,
    made integer not null,
    revoked integer
) without rowid;
create table collected (id integer primary key check (id = 1), place integer not null);
insert into collected values (1, 0);
create table collected_message (id blob primary key, at integer not null) without rowid;
create index collected_message_at on collected_message (at);
create table collected_count (
    day text not null,
    stream text not null,
    outcome text not null,
    count integer not null,
    primary key (day, stream, outcome)
) without rowid;
";

/// What each action cost when a run chose, for one person: a campaign's file may say otherwise later. Of
/// runs of before nobody kept it.
const COSTS: &str = "alter table decision_run add column costs text;";

/// How far the reading of each source has come, and which columns it had.
const SOURCE_STATES: &str = "
create table source_state (
    source text primary key,
    charter blob not null,
    cursor text,
    position text,
    waiting integer,
    columns text not null
) without rowid;
create index load_source on load (source, digest);
";

/// By which devices colleagues prove who they are, and since when each record is here; of those of
/// before it is not known, and they count as having always been.
const WAYS_IN: &str = "
alter table record add column first integer not null default 0;
create table staff_passkey (
    id integer primary key,
    credential blob not null unique,
    principal text not null references principal,
    handle blob not null,
    fixed blob not null,
    changing blob not null,
    made integer not null,
    used integer
);
create index staff_passkey_principal on staff_passkey (principal);
";

/// What makes each layout of the one before it, beginning with nothing; their number is the layout
/// that this version writes. A step that was ever released is never changed, only followed.
const STEPS: &[&str] = &[
    TABLES,
    SECOND,
    THIRD,
    CHANGED,
    EPOCHS,
    REASONS,
    ROLES,
    CELLS,
    ERASURES,
    LAID_OUT,
    POLICIES,
    SETS,
    PROOFS,
    REQUESTS,
    SURVIVORS,
    NOTICES,
    DELETIONS,
    REVIEWS,
    PASSKEYS,
    APPROVALS,
    DECISIONS,
    COLLECTED,
    COSTS,
    SOURCE_STATES,
    WAYS_IN,
];

/// The layout that this version writes.
pub(crate) fn known() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// The layout of a database; 0 if it has none yet.
pub(crate) fn layout(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// The steps that a database of this layout lacks, each with the layout that it makes.
pub(crate) fn steps_after(layout: i64) -> impl Iterator<Item = (i64, &'static str)> {
    let done = usize::try_from(layout).unwrap_or(usize::MAX);
    (1..).zip(STEPS.iter().copied()).skip(done)
}

/// Takes one step, which makes this layout: all of it or nothing.
pub(crate) fn take(connection: &Connection, step: &str, makes: i64) -> Result<(), StoreError> {
    let change = format!("begin immediate; {step} pragma user_version = {makes}; commit;");
    Ok(connection.execute_batch(&change)?)
}

/// The tables of before to which a step adds rows. In all others there are as many after it.
pub(crate) fn adds_rows_to(step: &str) -> &'static [&'static str] {
    if step == APPROVALS { &["meta"] } else { &[] }
}

/// Makes the layout in an empty database, and refuses one of another layout.
pub(crate) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("pragma busy_timeout = 10000")?;
    let (found, known) = (layout(connection)?, known());
    if found == 0 && !is_filled(connection)? {
        settle(connection)?;
        return take(connection, &STEPS.concat(), known);
    }
    match found.cmp(&known) {
        Ordering::Less => Err(StoreError::Older { found, encrypted: true, known }),
        Ordering::Greater => Err(StoreError::Layout { found, known }),
        Ordering::Equal => settle(connection),
    }
}

/// Sets how the database is worked on.
fn settle(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
         pragma temp_store = memory; pragma cache_size = -65536; pragma secure_delete = on;",
    )?)
}

fn is_filled(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("select exists (select 1 from sqlite_schema)", [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bring(connection: &Connection) {
        for (makes, step) in steps_after(layout(connection).unwrap()) {
            take(connection, step, makes).unwrap();
        }
    }

    #[test]
    fn a_database_of_an_earlier_layout_is_refused_and_left_as_it_is() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&format!("{TABLES} pragma user_version = 1;")).unwrap();
        let refused = prepare(&connection).unwrap_err();
        assert!(matches!(refused, StoreError::Older { found: 1, .. }));
        let message = refused.to_string();
        assert!(message.contains("layout 1") && message.contains("`theirs upgrade`"), "{message}");
        assert_eq!(layout(&connection).unwrap(), 1);
        connection.execute_batch("pragma user_version = 0").unwrap();
        assert!(matches!(prepare(&connection), Err(StoreError::Older { found: 0, .. })));
    }

    #[test]
    fn a_folder_of_the_first_layout_is_brought_to_this_one() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&format!("{TABLES} pragma user_version = 1;")).unwrap();
        bring(&connection);
        let known = "select * from verdict; select split_from, changed from slot;
            select verifier from principal; select cleared from usage; select reason from act;
             select role from principal_role; select body from cells; select * from erasure;
             select hidden from lake_file; select * from erased_record;
             select policies from charter; select member_set from usage;
             select since from proof; select text from request; select what from request_step;
             select anchor, laid from notice; select marks from deletion;
             select reason from review; select used from passkey; select wrong from letter;
             select mac from approval; select digest from adopted; select laid from informed;
             select at from told_all; select actions from decision_run;
             select because from decision; select revoked from write_key; select place from collected;
             select at from collected_message; select outcome from collected_count;
             select costs from decision_run; select position from source_state";
        connection.execute_batch(known).unwrap();
        prepare(&connection).unwrap();
    }

    #[test]
    fn a_folder_that_has_a_charter_has_to_adopt_what_it_says_and_a_new_one_has_not() {
        let has_to = |before: &str| {
            let connection = Connection::open_in_memory().unwrap();
            let steps = STEPS.iter().position(|step| *step == APPROVALS).unwrap();
            let earlier = STEPS[..steps].concat();
            connection
                .execute_batch(&format!("{earlier} {before} pragma user_version = {steps};"))
                .unwrap();
            bring(&connection);
            connection
                .prepare("select 1 from meta where name = 'adopt'")
                .unwrap()
                .exists([])
                .unwrap()
        };
        assert!(!has_to(""));
        assert!(has_to(
            "insert into charter (digest, text, applied, sequence) values (x'01', '', 1, 1);"
        ));
    }

    #[test]
    fn notices_of_erasures_are_kept_as_they_were() {
        let connection = Connection::open_in_memory().unwrap();
        let before = STEPS.iter().position(|step| *step == NOTICES).unwrap();
        let steps = STEPS[..before].concat();
        connection
            .execute_batch(&format!(
                "{steps} pragma user_version = {before};
                 insert into erasure values (4, x'07', '1', 50, 'person', 'asked', 60, null, null, 9);
                 insert into notice values (8, 4, 'printer', 'ab', null, 70, 80);
                 insert into notice values (9, 4, 'source:crm', '', 'key', null, null);"
            ))
            .unwrap();
        bring(&connection);
        let kept =
            "select group_concat(id || what || hex(use) || at || erasure || recipient || uses
                    || coalesce(body, '-') || coalesce(told, '-') || coalesce(confirmed, '-'))
                    from notice";
        let kept: String = connection.query_row(kept, [], |row| row.get(0)).unwrap();
        assert_eq!(kept, "8erase07504printerab-7080,9erase07504source:crmkey--");
        let next =
            "insert into notice (use, at, what, recipient, uses) values (x'08', 1, '', '', '')
                    returning id";
        assert_eq!(connection.query_row(next, [], |row| row.get::<_, i64>(0)).unwrap(), 10);
    }
}
