//! A campaign held against the charter: what it names must be there and be permitted for its purpose.

use serde_saphyr::Spanned;
use theirs_charter::{
    Charter, Coarseness, Grant, Output, Problem, Purpose, Tell, concerns, nearest,
};
use theirs_query::{condition_fault, statement_fault};

use super::read::{Written, WrittenAction, WrittenOutcome, quoted, wrong};
use super::{Template, Via};
use crate::audience::Contact;

/// Everything that a charter does not let this campaign do, or does not know.
pub(super) fn problems(written: &Written, charter: &Charter) -> Vec<Problem> {
    let mut found = Vec::new();
    let Some(purpose) = purpose(written, charter, &mut found) else { return found };
    let fault = |found: &mut Vec<Problem>, sql: &Spanned<String>, what, fault: Option<String>| {
        if let Some(fault) = fault {
            let hint = format!("only what \"{}\" permits can be asked", purpose.name);
            wrong(found, sql, format!("{what} cannot be asked: {fault}"), &hint);
        }
    };
    if let Some(sql) = &written.audience {
        let unasked = condition_fault(charter, purpose, &sql.value);
        fault(&mut found, sql, "the audience", unasked);
    }
    if let Some(sql) = &written.features {
        fault(&mut found, sql, "the features", statement_fault(charter, purpose, &sql.value));
    }
    for action in written.actions.values() {
        self::action(&action.value, charter, purpose, &mut found);
    }
    outcome(&written.outcome, charter, purpose, &mut found);
    translations(written, charter, &mut found);
    found
}

/// A campaign speaks each language that the charter speaks, whole, and no other.
fn translations(written: &Written, charter: &Charter, found: &mut Vec<Problem>) {
    let spoken: Vec<&str> =
        charter.translations.iter().map(|other| other.language.code()).collect();
    for code in spoken.iter().filter(|code| !written.translations.contains_key(**code)) {
        let message = format!("the charter speaks {} too, and this does not", quoted(code));
        let hint = "add \"translations\" with \"called\" and the \"actions\"";
        wrong(found, &written.called, message, hint);
    }
    for (code, other) in &written.translations {
        if !spoken.contains(&code.as_str()) {
            let message = format!("the charter does not speak {}", quoted(code));
            wrong(found, other, message, "take this out, or translate the charter first");
        }
        for name in written.actions.keys() {
            if !other.value.actions.contains_key(name) {
                let message = format!("{} is not said in {}", quoted(name), quoted(code));
                wrong(found, other, message, "add its \"says\" and \"reason\"");
            }
        }
    }
}

/// The purpose, if it is one of marketing that looks at people one by one.
fn purpose<'c>(
    written: &Written,
    charter: &'c Charter,
    found: &mut Vec<Problem>,
) -> Option<&'c Purpose> {
    let known = charter.purposes.iter().map(|purpose| purpose.name.as_str());
    let name = &written.purpose;
    let Some(purpose) = charter.purpose(&name.value) else {
        unknown(found, name, "purpose", known);
        return None;
    };
    if !concerns("marketing", &purpose.name, &purpose.category) {
        let message = format!("{} is no purpose of marketing", quoted(&purpose.name));
        let hint = "a campaign acts for one whose category is marketing, advertise or personalise";
        wrong(found, name, message, hint);
        return None;
    }
    if purpose.output != Output::Rows {
        let message = format!("{} looks at nobody alone", quoted(&purpose.name));
        wrong(found, name, message, "a purpose of groups picks nobody");
        return None;
    }
    Some(purpose)
}

fn action(action: &WrittenAction, charter: &Charter, purpose: &Purpose, found: &mut Vec<Problem>) {
    let known = || purpose.recipients.iter().map(String::as_str);
    if let Some(to) = &action.to
        && !known().any(|recipient| recipient == to.value)
    {
        unknown(found, to, "recipient of this purpose", known());
    }
    named(&action.columns, &purpose.columns, found);
    if action.via == Via::Mail {
        message(action, charter, purpose, found);
    }
    if action.via == Via::Webhook {
        webhook(action, charter, found);
    }
    if action.via == Via::Audience {
        for column in &action.columns {
            if contact(charter, &column.value).is_none() {
                let message = format!("no platform can match {}", quoted(&column.value));
                wrong(found, column, message, "an audience has e-mail addresses and phone numbers");
            }
        }
    }
}

/// A request goes to the address at which the charter has its recipient told of corrections, so that
/// whoever is given data that way hears of them that way.
fn webhook(action: &WrittenAction, charter: &Charter, found: &mut Vec<Problem>) {
    let Some(to) = &action.to else {
        let message = "a request goes to nobody".to_owned();
        wrong(found, &action.says, message, "name the recipient under \"to\"");
        return;
    };
    let recipient = charter.recipient(&to.value);
    if recipient.is_some_and(|known| !matches!(known.tell, Tell::Webhook(_))) {
        let message = format!("the charter has no address of the web of {}", quoted(&to.value));
        let hint = "write \"tell: { webhook: https://… }\" there, or \"via: list\" here";
        wrong(found, to, message, hint);
    }
}

/// A message names columns that its action lists, and one of those is where it goes.
fn message(action: &WrittenAction, charter: &Charter, purpose: &Purpose, found: &mut Vec<Problem>) {
    let is_exact = |column: &str| {
        let mut grants = purpose.columns.iter().filter(|grant| grant.column == column);
        grants.any(|grant| grant.coarseness == Coarseness::Exact)
    };
    let is_address = |column: &Spanned<String>| {
        contact(charter, &column.value) == Some(Contact::Email) && is_exact(&column.value)
    };
    if !action.columns.iter().any(is_address) {
        let hint =
            "list the column of e-mail addresses under \"columns\"; the purpose must have it";
        wrong(found, &action.says, "nobody can be written to without an address".to_owned(), hint);
    }
    for text in action.subject.iter().chain(&action.body) {
        let Ok(template) = Template::parse(&text.value) else { continue };
        for name in template.columns() {
            let known = || action.columns.iter().map(|column| column.value.as_str());
            if !known().any(|column| column == name) {
                unknown_name(found, text, ("column of this message", name), known());
            }
        }
    }
}

/// What a column holds that a platform can match.
pub(crate) fn contact(charter: &Charter, column: &str) -> Option<Contact> {
    let all = charter.attributes();
    let known = all.iter().find(|(attribute, _)| attribute.column() == column);
    Contact::of(&known?.0.category.0)
}

/// Columns that must be granted to the purpose.
fn named(columns: &[Spanned<String>], granted: &[Grant], found: &mut Vec<Problem>) {
    for column in columns {
        if !granted.iter().any(|grant| grant.column == column.value) {
            let known = granted.iter().map(|grant| grant.column.as_str());
            unknown(found, column, "column of this purpose", known);
        }
    }
}

/// The activity, its instant, which must be seen as exactly as it is kept, and its value.
fn outcome(
    outcome: &WrittenOutcome,
    charter: &Charter,
    purpose: &Purpose,
    found: &mut Vec<Problem>,
) {
    let known = purpose.activities.iter().map(|granted| granted.source.as_str());
    let name = &outcome.activity;
    let granted = purpose.activities.iter().find(|granted| granted.source == name.value);
    let Some(granted) = granted else {
        unknown(found, name, "activity of this purpose", known);
        return;
    };
    let columns = || granted.columns.iter().map(|grant| grant.column.as_str());
    match granted.columns.iter().find(|grant| grant.column == outcome.at.value) {
        None => unknown(found, &outcome.at, "column of this activity", columns()),
        Some(grant) if grant.coarseness != Coarseness::Exact => {
            let message =
                format!("{} is seen {}", quoted(&grant.column), grant.coarseness.in_words());
            let hint = "an outcome needs the instant itself, to tell what came after the decision";
            wrong(found, &outcome.at, message, hint);
        }
        Some(_) => {
            let held = charter.activities().find(|(source, _)| source.name == granted.source);
            if held.is_some_and(|(_, activity)| activity.time != outcome.at.value) {
                let message = format!("{} does not say when it was", quoted(&outcome.at.value));
                wrong(found, &outcome.at, message, "name the \"time\" of the activity");
            }
        }
    }
    if let Some(value) = &outcome.value
        && !columns().any(|column| column == value.value)
    {
        unknown(found, value, "column of this activity", columns());
    }
}

fn unknown<'k>(
    found: &mut Vec<Problem>,
    at: &Spanned<String>,
    what: &str,
    known: impl Iterator<Item = &'k str>,
) {
    unknown_name(found, at, (what, &at.value), known);
}

/// The same of a name that stands within a text.
fn unknown_name<'k>(
    found: &mut Vec<Problem>,
    at: &Spanned<String>,
    (what, name): (&str, &str),
    known: impl Iterator<Item = &'k str>,
) {
    let known: Vec<&str> = known.collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(name) => format!("did you mean \"{name}\"?"),
        None if known.is_empty() => "there is none".to_owned(),
        None => format!("there may be {}", known.join(", ")),
    };
    wrong(found, at, format!("unknown {what} {}", quoted(name)), &hint);
}
