//! A server of a world of its own, and clients of it.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ring::pbkdf2::{PBKDF2_HMAC_SHA256, derive};
use theirs_query::Asker;
use theirs_wire::{Identity, Keeper, Verifier, Wire};
use tokio_postgres::{Client, NoTls};

use crate::fixture::{Fixture, World, asker};

/// The token of every principal; each is called as its role.
pub const TOKEN: &str = "theirs_token";
const SALT: [u8; 16] = [5; 16];

/// How often anything panicked since it was first asked.
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Counts panics from now on, and gives how many there were. That pgwire reads beyond the end of a
/// message of wrong length is not counted: it ends that connection, and no other.
pub fn panics() -> usize {
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |what| {
            let place = what.location().map(|place| place.file().replace('\\', "/"));
            if place.is_some_and(|file| file.contains("/bytes-") || file.contains("/pgwire-")) {
                return;
            }
            PANICS.fetch_add(1, Ordering::SeqCst);
            usual(what);
        }));
    });
    PANICS.load(Ordering::SeqCst)
}

struct Principals(Verifier);

impl Keeper for Principals {
    fn verifier(&self, name: &str) -> Verifier {
        match self.asker(name) {
            Some(_) => self.0.clone(),
            None => Verifier { salt: [9; 16], salted: [9; 32] },
        }
    }

    fn asker(&self, name: &str) -> Option<Asker> {
        ["marketing", "analyst", "service", "host", "statistician"]
            .contains(&name)
            .then(|| asker(name))
    }

    fn turned_away(&self) {}
}

/// A server that runs until it is dropped with its runtime.
pub struct Server {
    pub folder: tempfile::TempDir,
    pub address: SocketAddr,
}

impl Server {
    pub async fn of(world: &World) -> Self {
        panics();
        let world = world.clone();
        let Fixture { folder, door, .. } =
            tokio::task::spawn_blocking(move || Fixture::of(&world, &[7; 32])).await.unwrap();
        let mut salted = [0; 32];
        let rounds = NonZeroU32::new(4_096).unwrap();
        derive(PBKDF2_HMAC_SHA256, rounds, &SALT, TOKEN.as_bytes(), &mut salted);
        let keeper = Arc::new(Principals(Verifier { salt: SALT, salted }));
        let identity = Identity::new_for_this_machine().unwrap();
        let door = Arc::new(door);
        // A door ends with its process: it waits for its own threads, which a test's must not.
        std::mem::forget(Arc::clone(&door));
        let wire = Wire::new(door, keeper, &identity).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(wire.serve(listener));
        Self { folder, address }
    }

    pub async fn client(&self, role: &str) -> Client {
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(self.address.port()).dbname("theirs");
        config.user(role).password(TOKEN);
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}
