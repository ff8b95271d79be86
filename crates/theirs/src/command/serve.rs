//! `theirs serve`: the portal on the loopback address, and SQL for PostgreSQL clients, until it is
//! told to stop.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::middleware;
use serde_json::json;
use theirs_rights::By;
use theirs_store::Doing;
use theirs_uses::Act;
use theirs_wire::Wire;
use tokio::net::TcpListener;

use super::Output;
use crate::activation;
use crate::cli::ListenArgs;
use crate::collect::{self, Collecting};
use crate::failure::Failure;
use crate::joining::Joining;
use crate::keeper::{Principals, identity};
use crate::listening::{self, Bounds};
use crate::mail::deliver;
use crate::portal::{Portal, router};
use crate::public::address;
use crate::scheduling::Scheduling;
use crate::sealing::Sealing;
use crate::socket::Listener;
use crate::sweeping::sweep;
use crate::telemetry::{Event, Work, told};
use crate::telling;
use crate::tending::Tending;
use crate::witnessing::Witnessing;
use crate::workspace::Workspace;

/// How long the files wait for the next sweep.
const BETWEEN_SWEEPS: Duration = Duration::from_mins(15);
/// How many sweeps there are between two removals of what is past its time.
const SWEEPS_A_DAY: u32 = 96;

/// Where SQL is served unless it is told otherwise.
const SQL_PORT: u16 = 5433;

pub(super) fn run(
    workspace: Workspace,
    listen: &ListenArgs,
    link: Option<(&str, &str)>,
    out: &mut Output,
) -> Result<(), Failure> {
    workspace.charter()?;
    let link = link.map(|(person, name)| invited(&workspace, person, name)).transpose()?;
    serve(workspace, listen, link, out)
}

/// The person to whom a link may be made; that is on record.
pub fn invited(
    workspace: &Workspace,
    person: &str,
    name: &str,
) -> Result<theirs_store::Person, Failure> {
    let asker = workspace.authenticate(name)?;
    let charter = workspace.charter()?;
    let desk = workspace.desk()?;
    let told = desk.telling(Act::Invitation, By::Colleague(&asker))?;
    let person = desk.guest(person, By::Colleague(&asker))?;
    workspace.book().log_one(&told, person.slot, charter.digest, workspace.clock.now())?;
    Ok(person)
}

/// Whether the source by whose keys clients sign in is one of people.
fn may_sign_in(workspace: &Workspace) -> Result<(), Failure> {
    let Some(login) = &workspace.login else { return Ok(()) };
    let charter = workspace.charter()?;
    let known = || charter.identities().map(|(source, _)| source.name.as_str());
    if known().any(|name| name == login.source) {
        return Ok(());
    }
    let given = &login.source;
    let nearest = theirs_charter::nearest(given, known());
    let nearest = nearest.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
    let text =
        format!("theirs.yaml: login: \"{given}\" is no source of people in the charter{nearest}");
    Err(Failure::Usage(text))
}

/// Serves until interrupted; prints a one-time link to `guest`'s page.
pub(super) fn serve(
    workspace: Workspace,
    listen: &ListenArgs,
    guest: Option<theirs_store::Person>,
    out: &mut Output,
) -> Result<(), Failure> {
    may_sign_in(&workspace)?;
    let socket = workspace.folder.socket();
    let given = listen.tls_certificate.as_deref().zip(listen.tls_key.as_deref());
    let identity = identity(&workspace, given)?;
    let keeper = Arc::new(Principals::of(&workspace)?);
    let sealing = Sealing::start(&workspace)?;
    let witnessing = Witnessing::start(&workspace.witnesses, &workspace.ledger)?;
    let mirroring = workspace.mirror.as_ref().map(|mirror| mirror.follow(&workspace.ledger));
    let mirroring = mirroring.transpose()?;
    if let Some(text) = listen.public.as_deref() {
        workspace.reached_at(&address(text, "--public")?);
    }
    let known = workspace.public();
    let asking = activation::check(workspace.for_asker(None)?);
    let start =
        |delivery| deliver(delivery, &workspace.folder, workspace.clock.clone(), asking.clone());
    let delivering = workspace.delivery.as_ref().map(start).transpose()?;
    let dispatching = activation::start(workspace.for_asker(None)?)?;
    let telling = telling::start(workspace.for_asker(None)?)?;
    let wire = Wire::new(workspace.door()?, keeper, &identity)?;
    let tending = Tending::start(workspace.for_asker(None)?)?;
    let collecting = Collecting::start(workspace.for_asker(None)?)?;
    let scheduling = Scheduling::start(workspace.for_asker(None)?)?;
    let joining = Joining::start(workspace.for_asker(None)?)?;
    let portal = Arc::new(Portal::new(workspace)?);
    // Made after the portal, so that it is gone before what the portal holds.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let port = listen.port;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address).await.map_err(|error| {
            Failure::Usage(format!(
                "port {port} cannot be used ({error}); give another with --port"
            ))
        })?;
        let here = format!("http://localhost:{}", listener.local_addr()?.port());
        let base = known.unwrap_or(here);
        portal.reached_at(&base);
        let clients = listener_for_clients(listen.sql).await?;
        let sql = clients.local_addr()?;
        let _commands = commands(socket, &portal, &base, out)?;
        let link = guest.map(|person| portal.link(&person, &base)).transpose()?;
        // Whoever started it may be listening no more; it serves all the same.
        let _ = announce(&base, sql, link.as_deref(), out);
        let keeping = tokio::spawn(keep_clean(Arc::clone(&portal)));
        let serving = tokio::spawn(wire.serve(clients));
        let pages = router(Arc::clone(&portal)).merge(collect::router(collecting.collector()));
        let pages = pages.layer(middleware::from_fn(told));
        Event::Serving.tell();
        // Whoever stops it twice waits for nobody.
        listening::serve(listener, pages, Bounds::default(), interrupted(), interrupted()).await;
        serving.abort();
        drop(collecting);
        drop(scheduling);
        drop(joining);
        drop(tending);
        drop(sealing);
        drop(witnessing);
        drop(mirroring);
        drop(telling);
        drop(delivering);
        drop(dispatching);
        keeping.abort();
        Ok(())
    })
}

/// Frees files of whoever was erased, and removes what is past its time, for as long as it serves.
async fn keep_clean(portal: Arc<Portal>) {
    let mut often = tokio::time::interval(BETWEEN_SWEEPS);
    let mut turns = (0..SWEEPS_A_DAY).cycle();
    loop {
        often.tick().await;
        let (portal, turn) = (Arc::clone(&portal), turns.next());
        let done = tokio::task::spawn_blocking(move || -> Result<(), Failure> {
            let workspace = portal.workspace().for_asker(None)?;
            if turn == Some(0) {
                let _alone = workspace.alone();
                workspace.desk()?.expire(Doing::Writing, &workspace.folder.outbox())?;
            }
            workspace.forget_old_mail()?;
            sweep(&workspace).map(|_| ())
        });
        if let Ok(Err(failure)) = done.await {
            // It is tried again at the next turn; `theirs status` shows what waits.
            Event::Failed { work: Work::Sweep, of: None, how: (&failure).into() }.tell();
        }
    }
}

/// Says where everything is.
fn announce(
    base: &str,
    sql: SocketAddr,
    link: Option<&str>,
    out: &mut Output,
) -> std::io::Result<()> {
    out.data(&json!({ "address": base, "link": link, "sql": sql }))?;
    let whom = if base.starts_with("https:") { "" } else { ", for this machine only" };
    out.line(&format!("The portal is at {base}{whom}. Ctrl-C stops it."))?;
    out.line(&format!(
        "PostgreSQL clients connect to {sql}, database theirs, a principal's name and token."
    ))?;
    match link {
        Some(link) => out.line(&format!("One-time link, for ten minutes:\n  {link}")),
        None => Ok(()),
    }
}

/// Listens where it is told, else where PostgreSQL clients look next to PostgreSQL itself, else at a
/// free port.
async fn listener_for_clients(told: Option<SocketAddr>) -> Result<TcpListener, Failure> {
    if let Some(address) = told {
        return TcpListener::bind(address).await.map_err(|error| {
            let message = format!("{address} cannot be used ({error}); give another with --sql");
            Failure::Usage(message)
        });
    }
    match TcpListener::bind((Ipv4Addr::LOCALHOST, SQL_PORT)).await {
        Ok(listener) => Ok(listener),
        Err(_) => Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?),
    }
}

/// Carries out the commands of other processes while the portal is open. Where the system allows
/// no socket, as in a folder with a very long path, it says so and goes on without.
fn commands(
    path: std::path::PathBuf,
    portal: &Arc<Portal>,
    base: &str,
    out: &mut Output,
) -> Result<Option<Listener>, Failure> {
    match Listener::bind(path) {
        Ok(socket) => {
            socket.listen(portal, base)?;
            Ok(Some(socket))
        }
        Err(error) => {
            out.note(&format!(
                "other commands are refused meanwhile: no socket in data/ ({error})"
            ));
            Ok(None)
        }
    }
}

pub(super) async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    let Ok(mut hang_up) = signal(SignalKind::hangup()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
}
