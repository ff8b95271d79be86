//! `/marketing`: groups of people without SQL, and what was found of them.
//!
//! A colleague signs in as at `/staff`, and sees the purposes that their role may use. What is typed
//! travels in forms and never in addresses. Each look is a use on record, as a statement is: the page
//! has no way of its own to anybody's data.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use theirs_charter::{Asker, Output};
use theirs_marketing::{
    Campaign, DecideError, FEWEST, Offer, Offered, Rule, Segment, Size, Test, overlaps, size,
    survey,
};
use theirs_query::QueryError;
use theirs_words::Speech;

use super::brand::Mark;
use super::form::Sent;
use super::here::{Here, Inside};
use super::message::{failed, nowhere_at, page, unreadable};
use super::page::blocking;
use super::rooms::{Room, not_open, rooms};
use super::staff::{AGAIN, OTHER_SESSION, Shift, on_shift};
use crate::calling::waiting_for;
use crate::campaign;
use crate::command::words::{count, people};
use crate::failure::Failure;
use crate::segment::{self, Named};
use crate::workspace::Workspace;

/// The most fields of a form.
const MOST_FIELDS: usize = 1_000;

/// A purpose that somebody may build groups under.
struct Open {
    name: String,
    says: String,
    segments: Vec<Named>,
    /// Campaigns by name, with what marketers call them.
    campaigns: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "marketing.html")]
struct Front<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    notice: Option<&'a str>,
    /// How much waits for their key.
    keys: usize,
    purposes: Vec<Open>,
}

#[allow(clippy::unused_self, reason = "templates call methods")]
impl Front<'_> {
    /// How many people a segment had, and how that changed.
    fn sizes(&self, one: &Named) -> String {
        match one.sizes.as_slice() {
            [] => "not counted yet".to_owned(),
            [(day, now)] => format!("{} on {day}", many(*now)),
            [first, .., (day, now)] => {
                format!("{} on {day}, {} on {}", many(*now), many(first.1), first.0)
            }
        }
    }
}

#[derive(Template)]
#[template(path = "marketing_group.html")]
struct Group<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    notice: Option<&'a str>,
    purpose: &'a str,
    says: &'a str,
    offers: &'a [Offer],
    chosen: &'a Chosen,
    found: Option<&'a Found>,
}

/// What was found of a group.
struct Found {
    size: Size,
    like: Vec<Offer>,
    overlaps: Vec<(String, i64)>,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl Group<'_> {
    fn people(&self, number: &i64) -> String {
        many(*number)
    }

    fn number(&self, number: &i64) -> String {
        if *number < FEWEST { few() } else { count(number.unsigned_abs()) }
    }

    /// The name that was typed to keep it under.
    fn short_name(&self) -> &str {
        self.chosen.save.as_deref().unwrap_or_default()
    }

    /// How many the promise leaves out.
    fn left(&self, number: &u64) -> String {
        i64::try_from(*number).map_or_else(|_| count(*number), |number| self.number(&number))
    }

    fn is_chosen(&self, column: &str, value: &str) -> bool {
        self.chosen.rules.iter().any(|rule| {
            let is_it = |values: &Vec<String>| values.iter().any(|known| known == value);
            rule.column == column && matches!(&rule.test, Test::Is(values) if is_it(values))
        })
    }

    fn knows(&self, column: &str, word: &str) -> bool {
        self.chosen.rules.iter().any(|rule| {
            rule.column == column
                && matches!((&rule.test, word), (Test::Known, "yes") | (Test::Unknown, "no"))
        })
    }

    fn bound(&self, column: &str, is_first: bool) -> String {
        let found = self.chosen.rules.iter().find_map(|rule| match &rule.test {
            Test::Between(first, last) if rule.column == column => {
                Some(if is_first { first.clone() } else { last.clone() })
            }
            _ => None,
        });
        found.flatten().unwrap_or_default()
    }

    fn values<'o>(&self, offer: &'o Offer) -> Option<&'o [theirs_marketing::Tally]> {
        match &offer.offered {
            Offered::Values(list) => Some(list),
            Offered::Span => None,
        }
    }

    fn fewest(&self) -> i64 {
        FEWEST
    }
}

/// What a form says.
#[derive(Default)]
struct Chosen {
    rules: Vec<Rule>,
    form_token: String,
    /// Under which name it is to be kept, if it is.
    save: Option<String>,
    called: String,
    /// Whether it is to be kept, named or not.
    is_to_keep: bool,
}

impl Chosen {
    /// Reads the fields of a form; what is no rule is left out.
    fn of(fields: Vec<(String, String)>) -> Self {
        let mut chosen = Self::default();
        for (field, value) in fields.into_iter().take(MOST_FIELDS) {
            let value = value.trim().to_owned();
            match field.split_once(':') {
                Some(_) if value.is_empty() => {}
                Some(("is", column)) => chosen.is(column, value),
                Some(("from", column)) => chosen.bound(column, value, true),
                Some(("to", column)) => chosen.bound(column, value, false),
                Some(("known", column)) => {
                    let test = if value == "yes" { Test::Known } else { Test::Unknown };
                    chosen.rules.push(Rule { column: column.to_owned(), test });
                }
                _ if field == "form_token" => chosen.form_token = value,
                _ if field == "save" && !value.is_empty() => chosen.save = Some(value),
                _ if field == "called" => chosen.called = value,
                _ if field == "keep" => chosen.is_to_keep = true,
                _ => {}
            }
        }
        chosen
    }

    /// Whether it is called something, or was to be kept, and has no name to be kept under.
    fn lacks_name(&self) -> bool {
        self.save.is_none() && (self.is_to_keep || !self.called.is_empty())
    }

    fn is(&mut self, column: &str, value: String) {
        if let Test::Is(values) = self.test(column, Test::Is(Vec::new())) {
            values.push(value);
        }
    }

    fn bound(&mut self, column: &str, value: String, is_first: bool) {
        if let Test::Between(first, last) = self.test(column, Test::Between(None, None)) {
            *(if is_first { first } else { last }) = Some(value);
        }
    }

    /// The rule of this sort about a column, made if there is none.
    fn test(&mut self, column: &str, otherwise: Test) -> &mut Test {
        let same = |rule: &Rule| {
            rule.column == column
                && std::mem::discriminant(&rule.test) == std::mem::discriminant(&otherwise)
        };
        let at = self.rules.iter().position(same).unwrap_or_else(|| {
            self.rules.push(Rule { column: column.to_owned(), test: otherwise });
            self.rules.len() - 1
        });
        &mut self.rules[at].test
    }
}

/// `GET /marketing`: the purposes, and the groups that are kept.
pub(super) async fn front(Inside(portal): Inside, jar: CookieJar) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, None, |shift, asker| show_front(&portal, shift, asker, None))
    })
    .await
}

/// `GET /marketing/PURPOSE`: a form to build a group.
pub(super) async fn begin(
    Inside(portal): Inside,
    Path(purpose): Path<String>,
    jar: CookieJar,
) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, None, |shift, asker| {
            show(&portal, (shift, asker), &purpose, &Chosen::default(), false, None)
        })
    })
    .await
}

/// `POST /marketing/PURPOSE`: counts a group, and keeps it if that is asked.
pub(super) async fn build(
    Inside(portal): Inside,
    Path(purpose): Path<String>,
    jar: CookieJar,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, AGAIN, |shift, asker| {
            let chosen = Chosen::of(fields);
            let who = (shift, asker);
            if !shift.sent(&chosen.form_token) {
                return show(&portal, who, &purpose, &chosen, false, Some(OTHER_SESSION));
            }
            let Some(name) = &chosen.save else {
                return show(&portal, who, &purpose, &chosen, true, None);
            };
            match keep(portal.workspace(), asker, &purpose, name, &chosen) {
                Ok(()) => Redirect::to("/marketing").into_response(),
                Err(Failure::Usage(text)) => {
                    show(&portal, who, &purpose, &chosen, true, Some(&text))
                }
                Err(failure) => not_done(&portal, who, &failure),
            }
        })
    })
    .await
}

fn keep(
    workspace: &Workspace,
    asker: &Asker,
    purpose: &str,
    name: &str,
    chosen: &Chosen,
) -> Result<(), Failure> {
    let (offers, _) = survey(&*workspace.door()?, asker, purpose, "true")?;
    let segment = Segment::of(purpose, &chosen.called, &offered(&chosen.rules, &offers));
    let root = workspace.folder.root();
    let counted = size(&*workspace.door()?, asker, purpose, &segment.condition)?;
    segment::save(root, name, &segment)?;
    segment::note_size(root, name, today(workspace)?, counted.people)
}

fn today(workspace: &Workspace) -> Result<jiff::civil::Date, Failure> {
    Ok(workspace.charter()?.day(workspace.clock.now()))
}

/// The purposes under which somebody may see people one by one, so that groups can be built.
fn open(workspace: &Workspace, asker: &Asker) -> Result<Vec<Open>, Failure> {
    let root = workspace.folder.root();
    let mut segments = segment::all(root)?;
    let charter = workspace.charter()?;
    let read = |name: String| campaign::read(root, &name, &charter).ok();
    let campaigns: Vec<Campaign> = campaign::names(root)?.into_iter().filter_map(read).collect();
    let leaves = workspace.authority()?.leaves(asker);
    let rows = leaves.into_iter().filter(|leave| leave.purpose.output == Output::Rows);
    Ok(rows
        .map(|leave| {
            let is_of = |one: &mut Named| one.segment.purpose == leave.purpose.name;
            Open {
                segments: segments.extract_if(.., is_of).collect(),
                campaigns: campaigns
                    .iter()
                    .filter(|one| one.purpose == leave.purpose.name)
                    .map(|one| (one.name.clone(), one.called.clone()))
                    .collect(),
                name: leave.purpose.name.clone(),
                says: leave.purpose.says.clone(),
            }
        })
        .collect())
}

fn show_front(portal: &Here, shift: &Shift, asker: &Asker, notice: Option<&str>) -> Response {
    let purposes = match open(portal.workspace(), asker) {
        Ok(purposes) => purposes,
        Err(failure) => return not_done(portal, (shift, asker), &failure),
    };
    let front = Front {
        mark: &Mark::of(portal),
        t: &portal.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(portal, asker),
        notice,
        keys: portal.workspace().authority().map_or(0, |now| waiting_for(&now, asker)),
        purposes,
    };
    page(StatusCode::OK, &front)
}

fn show(
    portal: &Here,
    (shift, asker): (&Shift, &Asker),
    purpose: &str,
    chosen: &Chosen,
    is_counted: bool,
    notice: Option<&str>,
) -> Response {
    let looked = look(portal.workspace(), asker, purpose, chosen, is_counted);
    let (says, offers, found) = match looked {
        Ok(looked) => looked,
        Err(failure) => return not_done(portal, (shift, asker), &failure),
    };
    let group = Group {
        mark: &Mark::of(portal),
        t: &portal.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(portal, asker),
        notice,
        purpose,
        says: &says,
        offers: &offers,
        chosen,
        found: found.as_ref(),
    };
    let is_wrong = notice.is_some() || chosen.lacks_name();
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page(status, &group)
}

/// What can be chosen under a purpose, and what was found of those that were.
fn look(
    workspace: &Workspace,
    asker: &Asker,
    purpose: &str,
    chosen: &Chosen,
    is_counted: bool,
) -> Result<(String, Vec<Offer>, Option<Found>), Failure> {
    let door = workspace.door()?;
    let leave = door.permit(asker, purpose).map_err(DecideError::from)?;
    let (offers, _) = survey(&door, asker, purpose, "true")?;
    if !is_counted {
        return Ok((leave.purpose.says.clone(), offers, None));
    }
    let rules = offered(&chosen.rules, &offers);
    let segment = Segment::of(purpose, "", &rules);
    let counted = size(&door, asker, purpose, &segment.condition)?;
    let (like, _) = survey(&door, asker, purpose, &segment.condition)?;
    let kept = segment::others(workspace.folder.root(), &*workspace.charter()?, purpose, None)?;
    let others: Vec<&Segment> = kept.iter().map(|one| &one.segment).collect();
    let shared = overlaps(&door, asker, &segment, &others)?;
    let named = kept.iter().zip(shared).map(|(one, people)| (one.segment.called.clone(), people));
    let found = Found { size: counted, like, overlaps: named.collect() };
    Ok((leave.purpose.says.clone(), offers, Some(found)))
}

/// The rules, with only such values as were offered: what fewer people have would show one of them.
fn offered(rules: &[Rule], offers: &[Offer]) -> Vec<Rule> {
    let is_offered = |column: &str, value: &String| {
        let offer = offers.iter().find(|offer| offer.column == column);
        offer.is_some_and(|offer| match &offer.offered {
            Offered::Values(list) => list.iter().any(|tally| tally.value == *value),
            Offered::Span => false,
        })
    };
    let kept = |rule: &Rule| match &rule.test {
        Test::Is(values) => {
            let column = rule.column.clone();
            let values = values.iter().filter(|value| is_offered(&column, value)).cloned();
            let values: Vec<String> = values.collect();
            (!values.is_empty()).then_some(Rule { column, test: Test::Is(values) })
        }
        _ => Some(rule.clone()),
    };
    rules.iter().filter_map(kept).collect()
}

/// Why a colleague does not get what they asked for.
pub(super) fn not_done(portal: &Here, who: (&Shift, &Asker), failure: &Failure) -> Response {
    match failure {
        Failure::Decide(DecideError::Query(QueryError::Refused(refusal))) => {
            not_open(portal, who, &refusal.to_string())
        }
        // A form that no page of ours has: it names a column that is not there.
        Failure::Decide(DecideError::Query(QueryError::Statement { .. })) => {
            unreadable(portal, StatusCode::UNPROCESSABLE_ENTITY)
        }
        // A file that is not there, or is at fault: `theirs campaign check` says which.
        Failure::Usage(_) | Failure::Charter(_) => nowhere_at(portal),
        other => failed(portal, other),
    }
}

/// So many people; of few it is not said how many, as a small group may be one person.
fn many(number: i64) -> String {
    if number < FEWEST { format!("{} people", few()) } else { people(number.unsigned_abs()) }
}

fn few() -> String {
    format!("fewer than {FEWEST}")
}
