//! The mail server of `theirs.yaml`, and one conversation with it (RFC 5321).
//!
//! The commands are given one by one, as the same number means different things in different places:
//! a mailbox that does not exist is the message's end, a password that is wrong is not.

use std::error::Error as _;
use std::fmt::Display;
use std::iter::successors;
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use theirs_store::{Folder, MailSecurity, MailSettings, StoreError, read_secret};

use super::letter::Letter;
use crate::post::is_this_machine;

/// How long the server may take to answer a command.
const LONGEST: Duration = Duration::from_secs(30);

/// How long it may take to accept a message: who gives up sooner has it delivered twice.
const LONGEST_ACCEPTING: Duration = Duration::from_mins(10);

/// What the settings say of the server.
pub(super) struct Server {
    host: String,
    port: u16,
    security: MailSecurity,
    login: Option<(String, PathBuf)>,
    authorities: Option<PathBuf>,
}

impl Server {
    /// The server of the settings.
    pub(super) fn of(settings: &MailSettings) -> Result<Self, StoreError> {
        let place = settings.smtp.rsplit_once(':');
        let place = place.and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        let Some((host, port)) = place.filter(|(host, port)| !host.is_empty() && *port > 0) else {
            return Err(wrong(&format!("\"{}\" is not HOST:PORT", settings.smtp)));
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        if settings.security == MailSecurity::None && !is_this_machine(&host) {
            return Err(wrong(&format!(
                "\"{host}\" is another machine, and `security: none` would send addresses and \
                 links to it in the clear; say starttls or tls"
            )));
        }
        let login = match (&settings.user, &settings.password_file) {
            (Some(user), Some(file)) => Some((user.clone(), file.clone())),
            (None, None) => None,
            _ => return Err(wrong("`user` and `password_file` are given together or not at all")),
        };
        let (security, authorities) = (settings.security, settings.ca_file.clone());
        Ok(Self { host, port, security, login, authorities })
    }

    /// The same with what its files hold.
    pub(super) fn ready(&self, folder: &Folder) -> Result<Relay, StoreError> {
        let login = match &self.login {
            Some((user, file)) => Some(Credentials::new(user.clone(), read_secret(folder, file)?)),
            None => None,
        };
        let tls = match self.security {
            MailSecurity::None => None,
            MailSecurity::Starttls | MailSecurity::Tls => Some(self.tls(folder)?),
        };
        let (host, port) = (self.host.clone(), self.port);
        Ok(Relay { host, port, is_wrapped: self.security == MailSecurity::Tls, login, tls })
    }

    fn tls(&self, folder: &Folder) -> Result<TlsParameters, StoreError> {
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(file) = &self.authorities {
            let read = std::fs::read(folder.root().join(file)).ok();
            let authorities = read.and_then(|pem| Certificate::from_pem(&pem).ok());
            let authorities = authorities
                .ok_or_else(|| wrong(&format!("{} is no certificate in PEM", file.display())))?;
            builder =
                builder.certificate_store(CertificateStore::None).add_root_certificate(authorities);
        }
        builder.build().map_err(|_| wrong("the authorities to trust cannot be read"))
    }
}

fn wrong(what: &str) -> StoreError {
    StoreError::Settings(format!("mail: {what}"))
}

/// The server with the secrets that open it.
pub(super) struct Relay {
    host: String,
    port: u16,
    /// Whether TLS begins with the first byte.
    is_wrapped: bool,
    login: Option<Credentials>,
    tls: Option<TlsParameters>,
}

/// Why no message can be sent just now, in our own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble(pub(super) String);

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The server has it.
    Accepted,
    /// The server never will.
    Refused,
    /// The server asks to try again later.
    Later,
}

/// A conversation.
pub(super) struct Conversation {
    connection: AsyncSmtpConnection,
    /// Whether a message was begun that was not accepted.
    is_midway: bool,
}

impl Relay {
    /// Begins to speak, in secret and by name as the settings say.
    pub(super) async fn greet(&self) -> Result<Conversation, Trouble> {
        let wrapped = self.tls.clone().filter(|_| self.is_wrapped);
        let name = ClientId::default();
        let place = (self.host.as_str(), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(place, Some(LONGEST), &name, wrapped, None);
        let connected = within(LONGEST, connecting).await?;
        let mut connection = connected.map_err(|error| unreached(&error))?;
        if let Some(tls) = self.tls.clone().filter(|_| !self.is_wrapped) {
            if !connection.can_starttls() {
                return Err(Trouble("it offers no STARTTLS".to_owned()));
            }
            let upgraded = within(LONGEST, connection.starttls(tls, &name)).await?;
            upgraded.map_err(|error| unreached(&error))?;
        }
        if let Some(login) = &self.login {
            let known = within(LONGEST, connection.auth(DEFAULT_MECHANISMS, login)).await?;
            known.map_err(|error| trouble("it does not let us in", &error))?;
        }
        Ok(Conversation { connection, is_midway: false })
    }
}

impl Conversation {
    /// Hands over a message.
    pub(super) async fn send(&mut self, letter: &Letter) -> Result<Outcome, Trouble> {
        let Some(parameters) = self.parameters(letter) else { return Ok(Outcome::Refused) };
        if self.is_midway {
            self.say(Rset).await?.map_err(|error| trouble("it does not go on", &error))?;
        }
        self.is_midway = true;
        let from = self.say(Mail::new(Some(letter.from.clone()), parameters)).await?;
        from.map_err(|error| trouble("it takes no messages from our address", &error))?;
        if let Err(error) = self.say(Rcpt::new(letter.to.clone(), Vec::new())).await? {
            return outcome(&error);
        }
        if let Err(error) = self.say(Data).await? {
            return outcome(&error);
        }
        match within(LONGEST_ACCEPTING, self.connection.message(&letter.bytes)).await? {
            Ok(_) => {
                self.is_midway = false;
                Ok(Outcome::Accepted)
            }
            Err(error) => outcome(&error),
        }
    }

    /// What the server has to know of a message before; none if it can do nothing with such a one.
    fn parameters(&self, letter: &Letter) -> Option<Vec<MailParameter>> {
        let can = |extension| self.connection.server_info().supports_feature(extension);
        let mut parameters = Vec::new();
        let addresses: [&str; 2] = [letter.from.as_ref(), letter.to.as_ref()];
        if !addresses.iter().all(|address| address.is_ascii()) {
            can(Extension::SmtpUtfEight).then_some(())?;
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !letter.bytes.is_ascii() {
            can(Extension::EightBitMime).then_some(())?;
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Some(parameters)
    }

    /// Says goodbye; what the server thinks of that is of no account.
    pub(super) async fn part(mut self) {
        let _ = self.say(Quit).await;
    }

    async fn say(&mut self, command: impl Display) -> Result<Result<(), Error>, Trouble> {
        let said = within(LONGEST, self.connection.command(command)).await?;
        Ok(said.map(|_| ()))
    }
}

async fn within<T>(longest: Duration, doing: impl Future<Output = T>) -> Result<T, Trouble> {
    let late = |_| Trouble("it takes too long".to_owned());
    tokio::time::timeout(longest, doing).await.map_err(late)
}

/// What an answer means that came after the recipient was named.
fn outcome(error: &Error) -> Result<Outcome, Trouble> {
    match error.status().map(u16::from) {
        // It goes away, or is out of step with us, or wants to know us first (RFC 4954): no fault of
        // this message.
        Some(421 | 503 | 530 | 534 | 535 | 538) => Err(trouble("it takes no messages", error)),
        Some(400..=499) => Ok(Outcome::Later),
        Some(500..=599) => Ok(Outcome::Refused),
        _ => Err(trouble("the connection broke", error)),
    }
}

/// Why there is no connection: it may be that TLS found fault with what came over it.
fn unreached(error: &Error) -> Trouble {
    let causes =
        successors(error.source(), |cause: &&(dyn std::error::Error + 'static)| (*cause).source());
    let mut causes = causes.filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    if causes.any(|cause| cause.kind() == std::io::ErrorKind::InvalidData) {
        return Trouble("its certificate is not trusted, or it speaks no TLS there".to_owned());
    }
    match error.status() {
        Some(code) => Trouble(format!("it does not want to speak ({code})")),
        None => Trouble("it cannot be reached".to_owned()),
    }
}

/// What is wrong, with the number that the server gave; its words may repeat an address.
fn trouble(what: &str, error: &Error) -> Trouble {
    Trouble(match error.status() {
        Some(code) => format!("{what} ({code})"),
        None if error.is_client() => "it knows no way to do that which we know".to_owned(),
        None => "the connection broke".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(smtp: &str, security: MailSecurity) -> MailSettings {
        let smtp = smtp.to_owned();
        MailSettings { smtp, security, user: None, password_file: None, ca_file: None }
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let none = |smtp| Server::of(&settings(smtp, MailSecurity::None));
        for here in ["localhost:25", "127.0.0.1:2525", "[::1]:25"] {
            assert!(none(here).is_ok(), "{here}");
        }
        let message = none("smtp.shop.example:25").err().unwrap().to_string();
        assert!(message.contains("in the clear"), "{message}");
        assert!(Server::of(&settings("smtp.shop.example:587", MailSecurity::Starttls)).is_ok());
    }

    #[test]
    fn what_is_no_place_and_half_a_login_are_refused() {
        for smtp in ["smtp.shop.example", "smtp.shop.example:mail", ":25", "localhost:0", ""] {
            assert!(Server::of(&settings(smtp, MailSecurity::Tls)).is_err(), "{smtp}");
        }
        let mut half = settings("localhost:25", MailSecurity::None);
        half.user = Some("shop".to_owned());
        assert!(Server::of(&half).is_err());
    }
}
