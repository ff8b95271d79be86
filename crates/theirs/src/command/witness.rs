//! `theirs witness`: watches the ledger of somebody else, on a host of one's own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use theirs_ledger::Witness;
use tokio::net::TcpListener;

use super::Output;
use super::serve::interrupted;
use super::words::entries;
use crate::failure::Failure;
use crate::watch::{Watch, router};
use crate::workspace::clock;

/// What is watched, where, and under which name.
pub(super) struct Post<'p> {
    pub(super) listen: SocketAddr,
    pub(super) name: &'p str,
    pub(super) logs: &'p [String],
}

pub(super) fn run(folder: &Path, post: &Post<'_>, out: &mut Output) -> Result<(), Failure> {
    if folder.join("data").exists() || folder.join("charter.yaml").exists() {
        return Err(Failure::Usage(format!(
            "{} is a working folder: a witness beside the log that it watches proves nothing; give it \
             a folder of its own, on another host",
            folder.display()
        )));
    }
    let witness = Witness::open(folder, post.name, post.logs)?;
    let (key, watched) = (witness.verifier_key(), witness.watched());
    let watch = Arc::new(Watch { witness, clock: clock()? });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(post.listen).await.map_err(|error| {
            let listen = post.listen;
            Failure::Usage(format!("{listen} cannot be used ({error}); give another with --listen"))
        })?;
        let base = format!("http://{}", listener.local_addr()?);
        out.data(&json!({
            "address": base, "key": key,
            "logs": watched.iter().map(|(log, size)| json!({ "log": log, "seen": size }))
                .collect::<Vec<_>>(),
        }))?;
        out.line(&format!("The witness is at {base}. Ctrl-C stops it."))?;
        for (log, size) in &watched {
            out.line(&format!("It has seen {} of {log}.", entries(*size)))?;
        }
        out.line(&format!(
            "What it cosigns is verified by the key\n  {key}\nPut it into theirs.yaml beside the log:\n  \
             witnesses:\n    - url: {base}\n      key: {key}"
        ))?;
        Ok(axum::serve(listener, router(watch)).with_graceful_shutdown(interrupted()).await?)
    })
}
