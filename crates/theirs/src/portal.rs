//! The portal: a person's own page, reached by a one-time link that they ask for by e-mail, or that a
//! colleague gives them.
//!
//! Rendered here, without script and without anything from a third party. A link is confirmed by a
//! POST, so that a mail scanner that follows it opens nothing; tokens are kept hashed and compared
//! as hashes; a request must name this machine as its host, and a form must come from a page of ours
//! and carry a token of its session.

mod address;
mod ask;
mod brand;
mod browse;
mod campaign;
mod ceremony;
mod change;
mod consent;
mod decide;
mod delete;
mod erase;
mod form;
mod happened;
mod here;
mod join;
mod keys;
mod known;
mod letter;
mod lines;
mod log;
mod login;
mod marketing;
mod message;
mod network;
pub mod origin;
mod page;
mod passkey;
mod promise;
mod recorded;
mod request;
mod review;
mod rooms;
mod security;
mod session;
mod shade;
mod staff;
mod staff_in;
mod staff_person;
mod take;
mod typed;
mod unsubscribe;
mod why;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use theirs_store::{Opens, Person};

use crate::failure::Failure;
use crate::workspace::Workspace;

use self::session::Sessions;
use crate::tries::Tries;

/// The largest form that is read, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// How many may ask for a link within a minute, all together.
const MOST_ASKS: usize = 600;

/// What every request shares.
pub struct Portal {
    workspace: Workspace,
    sessions: Arc<Sessions>,
    tries: Tries,
    challenges: ceremony::Challenges,
    staff_challenges: ceremony::Challenges,
    away: login::Away,
    /// The links to say no by that are none.
    refusals: Tries,
    /// How often somebody asked for a link.
    asks: Tries,
    desk: ask::Desk,
    shifts: staff::Shifts,
    /// The wrong tokens of colleagues, which hold up no client.
    staff_tries: Tries,
    /// How often a colleague went away to the company's login.
    staff_asks: Tries,
    deciding: decide::Deciding,
    base: OnceLock<Base>,
}

/// How the portal is reached: `https://privacy.shop.example`, or a port of this machine.
struct Base {
    url: String,
    port: Option<u16>,
}

impl Portal {
    /// A portal over an open working folder.
    ///
    /// # Errors
    /// The database cannot be opened once more.
    pub fn new(workspace: Workspace) -> Result<Self, Failure> {
        let sessions = Arc::new(Sessions::new(Arc::clone(&workspace.clock)));
        let desk = ask::Desk::open(workspace.for_asker(None)?, Arc::clone(&sessions));
        let (tries, asks) = (Tries::default(), Tries::at_most(MOST_ASKS));
        let (shifts, staff_tries, base) =
            (staff::Shifts::default(), Tries::default(), OnceLock::new());
        let challenges = ceremony::Challenges::at(Opens::OwnPage);
        let staff_challenges = ceremony::Challenges::at(Opens::Work);
        let away = login::Away::default();
        Ok(Self {
            workspace,
            sessions,
            tries,
            challenges,
            staff_challenges,
            away,
            refusals: Tries::default(),
            asks,
            desk,
            shifts,
            staff_tries,
            staff_asks: Tries::at_most(MOST_ASKS),
            deciding: decide::Deciding::default(),
            base,
        })
    }

    /// Says how the portal is reached. From then on requests must name that host, or the port of
    /// this machine; before, nobody can ask for a link.
    pub fn reached_at(&self, base: &str) {
        let port = base.rsplit(':').next().and_then(|port| port.parse().ok());
        let _ = self.base.set(Base { url: base.to_owned(), port });
    }

    /// Makes a link that opens a person's page once, within ten minutes; `base` is how the
    /// portal is reached.
    pub fn link(&self, person: &Person, base: &str) -> Result<String, Failure> {
        self.reached_at(base);
        Ok(format!("{base}/open/{}", self.sessions.invite(person.clone())?))
    }

    /// The port at which the portal is reached on this machine, if that is known.
    fn port(&self) -> Option<u16> {
        self.base.get().and_then(|base| base.port)
    }

    /// How the portal is reached, if that is known.
    fn base(&self) -> Option<String> {
        self.base.get().map(|base| base.url.clone())
    }

    /// The host that the world knows the portal by, if it is not this machine alone.
    fn public_host(&self) -> Option<&str> {
        self.base.get()?.url.strip_prefix("https://")
    }

    /// The working folder.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }
}

/// The pages.
pub fn router(portal: Arc<Portal>) -> Router {
    Router::new()
        .route("/", get(ask::welcome))
        .route("/ask", get(ask::asked).post(ask::ask))
        .route("/no", post(ask::no))
        .route("/no/{token}", get(unsubscribe::ask).post(unsubscribe::stop))
        .route("/why/{use}", get(why::ask))
        .route("/me/why/{use}", get(why::mine))
        .route("/notice", get(promise::notice))
        .route("/notice.json", get(promise::json))
        .route("/notice.jsonld", get(promise::json_ld))
        .route("/trust", get(promise::trust))
        .route("/language", post(here::choose))
        .route("/ask/code", post(ask::code))
        .route("/style.css", get(brand::style))
        .route("/logo", get(brand::logo))
        .route("/favicon.ico", get(brand::icon))
        .route("/open/{token}", get(page::knock).post(page::open))
        .route("/login", get(login::away))
        .route("/login/back", get(login::back))
        .route("/passkey", get(passkey::way).post(passkey::enter))
        .route("/passkey.js", get(ceremony::script))
        .route("/me", get(page::me))
        .route("/me/letter", post(letter::ask))
        .route("/me/letter/code", post(letter::code))
        .route("/me/passkeys", get(passkey::own).post(passkey::make))
        .route("/me/passkeys/remove", post(passkey::remove))
        .route("/me/more", post(ask::more))
        .route("/me/more/stop", post(ask::stop))
        .route("/me/address", get(address::ask).post(address::confirm))
        .route("/me/correct", post(change::correct))
        .route("/me/object", post(change::object))
        .route("/me/contest", post(change::contest))
        .route("/me/use", post(change::stop_using))
        .route("/me/hold", post(change::hold))
        .route("/me/consent", post(change::consent))
        .route("/me/consent.html", get(consent::page))
        .route("/me/consent.json", get(consent::json))
        .route("/me/ask", post(request::ask))
        .route("/me/not-mine", post(join::not_mine))
        .route("/me/delete", post(delete::ask))
        .route("/me/delete/yes", post(delete::delete))
        .route("/me/erase", post(erase::ask))
        .route("/me/erase/yes", post(erase::erase))
        .route("/erased/{token}", get(erase::receipt))
        .route("/me/leave", post(change::leave))
        .route("/me/history", get(browse::history))
        .route("/me/did/{name}", get(browse::activity))
        .route("/me/copy.html", get(take::page))
        .route("/me/copy.json", get(take::json))
        .route("/me/copy.csv", get(take::csv))
        .route("/me/receipt", get(take::receipt))
        .route("/me/receipt.html", get(take::receipt_page))
        .route("/staff", get(staff::queue).post(staff_in::sign_in))
        .route("/staff/passkey", get(staff_in::passkey).post(staff_in::enter))
        .route("/staff/passkeys", get(staff_in::own).post(staff_in::make))
        .route("/staff/passkeys/remove", post(staff_in::remove))
        .route("/staff/login", get(staff_in::away))
        .route("/staff/login/back", get(staff_in::back))
        .route("/staff/practice", get(promise::practice))
        .route("/staff/leave", post(staff::leave))
        .route("/staff/requests", post(staff::take_down))
        .route("/staff/review", get(review::queue))
        .route("/staff/review/{number}", get(review::open).post(review::settle))
        .route("/staff/requests/{number}", post(staff::mark))
        .route("/staff/people/{person}", get(staff_person::open).post(staff_person::decide))
        .route("/marketing", get(marketing::front))
        .route("/marketing/campaign/{name}", get(campaign::look).post(campaign::act))
        .route("/marketing/{purpose}", get(marketing::begin).post(marketing::build))
        .route("/staff/keys", get(keys::list).post(keys::turn_one))
        .route(decide::PATH, post(decide::decide).fallback(decide::not_so))
        .route("/ledger/checkpoint", get(log::checkpoint))
        .route("/ledger/key", get(log::key))
        .route("/ledger/tile/{*rest}", get(log::tile))
        .fallback(message::nowhere)
        .method_not_allowed_fallback(message::not_so)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn_with_state(Arc::clone(&portal), origin::guard))
        .layer(middleware::map_response_with_state(Arc::clone(&portal), security::headers))
        .with_state(portal)
}

#[cfg(test)]
mod tests;
