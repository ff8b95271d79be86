//! Real servers of databases in a folder of their own, and their own clients to speak with them.
//!
//! A server that is not installed fails the test that needs it: `.ci/test` installs both.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Postgres,
    MariaDb,
}

pub const BOTH: [Engine; 2] = [Engine::Postgres, Engine::MariaDb];

/// A server that ends with the test.
pub struct Server {
    pub engine: Engine,
    pub port: u16,
    process: Child,
    folder: TempDir,
}

/// The password of whoever reads.
pub const PASSWORD: &str = "hunter2 'of\" the shop";

impl Server {
    pub fn start(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = match engine {
            Engine::Postgres => postgres(folder.path(), port),
            Engine::MariaDb => mariadb(folder.path(), port),
        };
        let server = Self { engine, port, process, folder };
        let since = Instant::now();
        while !server.is_up() {
            assert!(since.elapsed() < Duration::from_mins(2), "{engine:?} does not come up");
            std::thread::sleep(Duration::from_millis(100));
        }
        let quoted = PASSWORD.replace('\'', "''");
        match engine {
            Engine::Postgres => server.sql(&format!(
                "create role reader login password '{quoted}'; grant pg_read_all_data to reader;"
            )),
            Engine::MariaDb => server.sql(&format!(
                "create database if not exists shop; create user reader identified by '{quoted}'; \
                 grant select on shop.* to reader; create user reader@localhost identified by \
                 '{quoted}'; grant select on shop.* to reader@localhost;"
            )),
        }
        server
    }

    fn is_up(&self) -> bool {
        self.client().arg("-e").arg("select 1").env("PGCONNECT_TIMEOUT", "2").output().is_ok_and(
            |said| match self.engine {
                Engine::Postgres => {
                    let mut ask = self.client();
                    ask.args(["-c", "select 1"]).output().is_ok_and(|said| said.status.success())
                }
                Engine::MariaDb => said.status.success(),
            },
        )
    }

    fn client(&self) -> Command {
        let port = self.port.to_string();
        let mut command = match self.engine {
            Engine::Postgres => {
                let mut psql = Command::new("psql");
                psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", &port]);
                psql.args(["-U", "shop", "-d", "postgres"]);
                psql
            }
            Engine::MariaDb => {
                let mut mariadb = Command::new("mariadb");
                mariadb.arg("--no-defaults").arg(format!("--socket={}", self.socket().display()));
                mariadb.args(["-u", "root"]);
                mariadb
            }
        };
        command.stdin(Stdio::null());
        command
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("m.sock")
    }

    /// Carries out statements as the shop itself.
    pub fn sql(&self, statements: &str) {
        let said = self.begin(statements).wait_with_output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }

    /// Begins to carry out statements, one after another, each a change of its own.
    pub fn begin(&self, statements: &str) -> Child {
        let mut command = self.client();
        if self.engine == Engine::MariaDb && !statements.contains("create database") {
            command.args(["-D", "shop"]);
        }
        let command = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let statements = statements.to_owned();
        std::thread::spawn(move || input.write_all(statements.as_bytes()));
        child
    }

    /// What `theirs.yaml` says of it, under the name `till`, with a file for the password.
    pub fn settings(&self, folder: &Path) {
        use std::os::unix::fs::PermissionsExt;
        let (scheme, database) = match self.engine {
            Engine::Postgres => ("postgresql", "postgres"),
            Engine::MariaDb => ("mysql", "shop"),
        };
        let secret = folder.join("reader.password");
        std::fs::write(&secret, format!("{PASSWORD}\n")).unwrap();
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        let mut text = String::from("databases:\n");
        writeln!(text, "  till:\n    url: {scheme}://reader@127.0.0.1:{}/{database}", self.port)
            .unwrap();
        text.push_str("    password_file: reader.password\n");
        std::fs::write(folder.join("theirs.yaml"), text).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|said| said.stdout == b"0\n")
}

/// PostgreSQL runs as anybody but root.
fn as_nobody_much(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", program]);
    command
}

fn found(program: &str, elsewhere: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut folders = path.split(':').chain(elsewhere.split(':'));
    let at = folders.find(|folder| Path::new(folder).join(program).exists());
    let at = at.unwrap_or_else(|| panic!("{program} is not installed; .ci/test installs it"));
    format!("{at}/{program}")
}

fn postgres(folder: &Path, port: u16) -> Child {
    let data = folder.join("data");
    std::fs::create_dir(&data).unwrap();
    if is_root() {
        let whole = Command::new("chown").args(["-R", "postgres"]).arg(folder).status().unwrap();
        assert!(whole.success());
    }
    let programs =
        "/usr/lib/postgresql/15/bin:/usr/lib/postgresql/16/bin:/usr/lib/postgresql/17/bin";
    let made = as_nobody_much(&found("initdb", programs))
        .arg("-D")
        .arg(&data)
        .args(["-U", "shop", "-E", "UTF8", "--no-sync", "--no-locale", "-A", "trust"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let entries = "host all shop 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    std::fs::write(data.join("pg_hba.conf"), entries).unwrap();
    as_nobody_much(&found("postgres", programs))
        .arg("-D")
        .arg(&data)
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", data.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn mariadb(folder: &Path, port: u16) -> Child {
    let data = folder.join("data");
    // Servers that share a folder for what is temporary take each other's tables for their own.
    let temporary = folder.join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let user = format!("--user={}", user.trim());
    let made = Command::new(found("mariadb-install-db", "/usr/bin"))
        .env("TMPDIR", &temporary)
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .args(["--auth-root-authentication-method=normal", "--skip-test-db", &user])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Command::new(found("mariadbd", "/usr/sbin"))
        .env("TMPDIR", &temporary)
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", folder.join("m.sock").display()))
        .args(["--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=0", &user])
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
