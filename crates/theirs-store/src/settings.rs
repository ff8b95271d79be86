//! What `theirs.yaml` says: where things are and who watches, beside the charter that says what may be
//! done.
//!
//! Secrets do not stand there: keys of a bucket come from the environment, under the names that all
//! clients of S3 know (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`), passwords
//! from files that only their owner may read.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::Deserialize;
use theirs_model::nearest;

use crate::folder::Folder;
use crate::store::StoreError;

/// The name of the file.
const FILE: &str = "theirs.yaml";

/// What may stand in the file.
pub(crate) const KNOWN: &str = "it has `lake:` and `ledger:`, each with `url: s3://BUCKET/PREFIX`, `endpoint`, `region`, \
     `allow_http` (`ledger:` may have `url: file:///FOLDER`), `witnesses:`, a list of `url` and \
     `key`, `mail:` with `smtp: HOST:PORT`, `security: starttls`, `tls` or `none`, `user`, \
     `password_file`, `ca_file`, `public: https://HOST`, `keys: /FOLDER`, `databases:`, by name, each with \
      `url: postgresql://USER@HOST/DATABASE` or `mysql://…`, `password_file` or `password_env`, \
      `tls: required` or `none`, `ca_file`, `buckets:`, by name, each with `url: s3://BUCKET/PREFIX`, \
      `endpoint`, `region`, `allow_http`, `key_file` and `secret_file`, `ca_file`, `tokens:`, files by source, `secrets:`, files by `recipients.NAME` or `sources.NAME`, \
     `collect:` with `new_visitors_per_hour`, and `login:` with `issuer: https://HOST`, `client_id`, `client_secret_file` and `source`, and `staff_login:` \
     with the same but for `source`, and `people:`, by the name of each principal what the provider calls them";

/// The settings of a working folder.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the activities are, if not in `data/lake`.
    pub(crate) lake: Option<BucketSettings>,
    /// Where the ledger is laid for others to fetch, beside `data/ledger`.
    pub(crate) ledger: Option<BucketSettings>,
    /// Who cosigns the ledger's checkpoints.
    #[serde(default)]
    pub witnesses: Vec<WitnessSettings>,
    /// Who takes messages to clients, if they do not stay in `outbox/mail/`.
    pub mail: Option<MailSettings>,
    /// Where the master secret lies, and the key that signs the ledger, if not in `data/keys/`.
    pub(crate) keys: Option<PathBuf>,
    /// Where clients reach the portal, if it is not said anew with each `serve --public`.
    pub public: Option<String>,
    /// Where clients sign in as they do in the shop, if they may do so here too.
    pub login: Option<LoginSettings>,
    /// Where colleagues sign in as they do at work, if they may do so here too.
    pub staff_login: Option<StaffLoginSettings>,
    /// The databases that sources of the charter lie in, by the name that it gives them.
    #[serde(default)]
    pub databases: BTreeMap<String, DatabaseSettings>,
    /// The buckets that files of sources lie in, by the name that the charter gives them.
    #[serde(default)]
    pub buckets: BTreeMap<String, SourceBucketSettings>,
    /// Files with the tokens that sources of the charter are asked with over HTTP, by their names.
    #[serde(default)]
    pub tokens: BTreeMap<String, PathBuf>,
    /// Files with the secrets that requests are signed with, beside `theirs.yaml`, by
    /// `recipients.NAME` or `sources.NAME` of the charter.
    #[serde(default)]
    pub secrets: BTreeMap<String, PathBuf>,
    /// How much is taken of events.
    #[serde(default)]
    pub collect: CollectSettings,
}

/// How much is taken of the events of sites and apps.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CollectSettings {
    /// How many people whom nobody knows yet a browser's key may bring in an hour.
    pub new_visitors_per_hour: NonZeroU32,
}

impl Default for CollectSettings {
    /// More than a busy shop has, and less than would be made up in an hour by whoever read its key.
    fn default() -> Self {
        Self { new_visitors_per_hour: NonZeroU32::MIN.saturating_add(49_999) }
    }
}

/// Where files lie that are not in the working folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BucketSettings {
    /// `s3://BUCKET/PREFIX`; for the ledger `file:///FOLDER` too.
    pub(crate) url: String,
    /// Where the bucket is served, if not by Amazon.
    pub(crate) endpoint: Option<String>,
    pub(crate) region: Option<String>,
    /// Whether the endpoint may be spoken to without TLS.
    #[serde(default)]
    pub(crate) allow_http: bool,
}

/// A witness of the ledger.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessSettings {
    /// Where it is reached; `/add-checkpoint` is put behind it.
    pub url: String,
    /// Its verifier key, as it prints it.
    pub key: String,
}

/// A mail server that takes messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Where it is reached, `HOST:PORT`.
    pub smtp: String,
    /// How it is spoken to in secret.
    #[serde(default)]
    pub security: MailSecurity,
    /// The name to log in with, if it asks for one.
    pub user: Option<String>,
    /// The file that holds the password, beside `theirs.yaml`.
    pub password_file: Option<PathBuf>,
    /// The file that holds the authorities to trust, in PEM, if not those of the system.
    pub ca_file: Option<PathBuf>,
}

/// A database that sources lie in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Where it is and who asks it: `postgresql://USER@HOST:PORT/DATABASE`, or `mysql://…`. Never
    /// shown, as somebody may have put a password into it.
    pub url: String,
    /// The file that holds the password, beside `theirs.yaml`.
    pub password_file: Option<PathBuf>,
    /// The variable of the environment that holds the password.
    pub password_env: Option<String>,
    /// Whether TLS is needed; by itself it is for every server but one on this machine.
    pub tls: Option<DatabaseTls>,
    /// The file that holds the authorities to trust, in PEM, if not those of the system.
    pub ca_file: Option<PathBuf>,
}

/// A bucket that files of sources lie in. Its keys come from two files, or from the environment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceBucketSettings {
    /// `s3://BUCKET/PREFIX`; the charter names files below the prefix. Never shown, as somebody may
    /// have put a key into it.
    pub url: String,
    /// Where the bucket is served, if not by Amazon.
    pub endpoint: Option<String>,
    /// The region that it lies in.
    pub region: Option<String>,
    /// Whether the endpoint may be spoken to without TLS.
    #[serde(default)]
    pub allow_http: bool,
    /// The file that holds the id of the access key, beside `theirs.yaml`.
    pub key_file: Option<PathBuf>,
    /// The file that holds the secret of that key.
    pub secret_file: Option<PathBuf>,
    /// The file that holds the authorities to trust, in PEM, if not those of the system.
    pub ca_file: Option<PathBuf>,
}

/// Whether a database is spoken to by TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseTls {
    /// Always, and its certificate is checked.
    Required,
    /// Never.
    None,
}

/// The shop's own login (`OpenID` Connect).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginSettings {
    /// Who says who somebody is: `https://` and a host, as the provider calls itself.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// The file that holds our secret there, beside `theirs.yaml`, if it gave us one.
    pub client_secret_file: Option<PathBuf>,
    /// The source of the charter whose keys the provider calls people by (`sub`).
    pub source: String,
}

/// The company's login for its own people (`OpenID` Connect).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffLoginSettings {
    /// Who says who somebody is: `https://` and a host, as the provider calls itself.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// The file that holds our secret there, beside `theirs.yaml`, if it gave us one.
    pub client_secret_file: Option<PathBuf>,
    /// By the name of each principal who may sign in so, what the provider calls them (`sub`), which
    /// it never gives to anybody else, as it might an address.
    pub people: BTreeMap<String, String>,
}

/// How a mail server is spoken to in secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// By a word of the protocol, before anything else is said; never without.
    #[default]
    Starttls,
    /// From the first byte.
    Tls,
    /// Not at all: for this machine only.
    None,
}

impl Settings {
    /// Reads the settings of a folder; a folder without the file has none.
    ///
    /// # Errors
    /// The file does not read.
    pub fn of(folder: &Folder) -> Result<Self, StoreError> {
        match std::fs::read_to_string(folder.root().join(FILE)) {
            Ok(text) => serde_saphyr::from_str(&text).map_err(|error| {
                let line = error.location().map_or(1, |place| place.line());
                let what = fault(error.without_snippet());
                StoreError::Settings(format!("line {line} {what}"))
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }
}

/// What is wrong with a line, and the nearest that is right. Of the file only a field's name is
/// repeated: what stands behind it may be a secret that belongs elsewhere.
fn fault(error: &serde_saphyr::Error) -> String {
    match error {
        serde_saphyr::Error::SerdeUnknownField { field, expected, .. } if is_name(field) => {
            let meant = nearest(field, expected.iter().copied()).map_or_else(
                || format!("there may be {}", expected.join(", ")),
                |name| format!("did you mean \"{name}\"?"),
            );
            format!("has a field \"{field}\" that is not known here; {meant}")
        }
        serde_saphyr::Error::SerdeMissingField { field, .. } => format!("needs \"{field}\""),
        serde_saphyr::Error::SerdeUnknownVariant { expected, .. } => {
            format!("has a word that is not known here; write {}", expected.join(", "))
        }
        _ => format!("does not read; {KNOWN}"),
    }
}

fn is_name(text: &str) -> bool {
    const LONGEST: usize = 32;
    text.len() <= LONGEST && text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_read_is_answered_with_the_line_and_the_nearest_that_would() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::create(root.path()).unwrap();
        assert!(Settings::of(&folder).unwrap().witnesses.is_empty());
        let write = |text: &str| std::fs::write(root.path().join(FILE), text).unwrap();
        write("lake:\n  url: s3://b/p\n  key: hunter2\n");
        let message = || Settings::of(&folder).unwrap_err().to_string();
        assert!(message().starts_with("theirs.yaml: line "), "{}", message());
        assert!(message().ends_with(
            "has a field \"key\" that is not known here; there may be url, endpoint, region, allow_http"
        ));
        for (text, what) in [
            ("mial:\n  smtp: a.example:587\n", "not known here; did you mean \"mail\"?"),
            ("mail:\n  smtp: a.example:587\n  pasword_file: hunter2\n", "mean \"password_file\"?"),
            (
                "mail:\n  security: hunter2\n",
                "a word that is not known here; write starttls, tls, none",
            ),
            ("mail:\n  user: hunter2\n", "needs \"smtp\""),
        ] {
            write(text);
            assert!(message().ends_with(what) && !message().contains("hunter2"), "{}", message());
        }
        write("mail:\n  {{ hunter2\n");
        let unreadable = message();
        assert!(unreadable.contains("s3://BUCKET/PREFIX") && !unreadable.contains("hunter2"));
        write("");
        Settings::of(&folder).unwrap();
        write("witnesses:\n  - url: https://dpo.example/w\n    key: dpo.example/w+00000000+AAAA\n");
        assert_eq!(Settings::of(&folder).unwrap().witnesses[0].url, "https://dpo.example/w");
        write("buckets:\n  exports:\n    url: s3://shop/exports\n    key_file: shop.key\n");
        assert_eq!(Settings::of(&folder).unwrap().buckets["exports"].url, "s3://shop/exports");
        write("buckets:\n  exports:\n    url: s3://shop/exports\n    secret: hunter2\n");
        assert!(message().contains("\"secret_file\"?") && !message().contains("hunter2"));
        write("");
        assert_eq!(Settings::of(&folder).unwrap().collect.new_visitors_per_hour.get(), 50_000);
        write("collect:\n  new_visitors_per_hour: 200\n");
        assert_eq!(Settings::of(&folder).unwrap().collect.new_visitors_per_hour.get(), 200);
        write("collect:\n  new_visitors_per_hour: 0\n");
        assert!(message().contains("new_visitors_per_hour"), "{}", message());
        write("mail:\n  smtp: smtp.shop.example:587\n");
        let mail = Settings::of(&folder).unwrap().mail.unwrap();
        assert_eq!(mail.security, MailSecurity::Starttls, "nothing is said in the clear unasked");
        write("mail:\n  smtp: smtp.shop.example:587\n  password: hunter2\n");
        let message = Settings::of(&folder).unwrap_err().to_string();
        assert!(!message.contains("hunter2"), "{message}");
    }
}
