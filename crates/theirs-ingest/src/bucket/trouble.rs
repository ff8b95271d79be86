//! What went wrong with a bucket, in words that hold neither a key nor what a server repeats of a
//! request: its answers may quote what was signed.

use std::error::Error as _;

use object_store::Error;

use super::BucketAddress;

/// What went wrong with a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It does not answer, or not in time.
    Silent,
    /// There is no such object.
    Missing,
    /// There is no such bucket.
    NoBucket,
    /// Another version was asked for than there is.
    Changed,
    /// It does not let these keys in; with the code of the answer, if it has one.
    Refused(String),
    /// It lies in another region.
    Elsewhere,
    /// A name in it is none that can be asked for.
    Name,
    /// It answered otherwise, with this status or code.
    Answered(String),
}

impl Trouble {
    /// What an error comes to.
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Precondition { .. } => return Self::Changed,
            Error::InvalidPath { .. } => return Self::Name,
            _ => {}
        }
        let text = whole(error);
        let code = between(&text, "<Code>", "</Code>");
        let status = match error {
            Error::NotFound { .. } => "404",
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => "403",
            _ => text.split("status code: ").nth(1).and_then(|rest| rest.get(..3)).unwrap_or(""),
        };
        match (status, code) {
            (_, Some("NoSuchBucket")) => Self::NoBucket,
            ("301" | "307", _)
            | (_, Some("PermanentRedirect" | "AuthorizationHeaderMalformed")) => Self::Elsewhere,
            ("401" | "403", code) => Self::Refused(code.unwrap_or_default().to_owned()),
            ("404", _) => Self::Missing,
            ("412", _) => Self::Changed,
            ("", None) if text.contains("redirect without LOCATION") => Self::Elsewhere,
            ("", None) if text.contains("list response") => {
                Self::Answered("what is no listing of S3".to_owned())
            }
            ("", None) => Self::Silent,
            (status, code) => {
                Self::Answered(format!("{status} {}", code.unwrap_or("")).trim().to_owned())
            }
        }
    }

    /// What is said of it.
    pub(super) fn at(&self, address: &BucketAddress) -> String {
        let has_keys = address.has_keys();
        let keys = "key_file and secret_file in theirs.yaml, or AWS_ACCESS_KEY_ID and \
                    AWS_SECRET_ACCESS_KEY in the environment";
        match self {
            Self::Silent if !has_keys => {
                format!("{address} cannot be asked without keys: {keys}")
            }
            Self::Silent => format!("{address} does not answer"),
            Self::Missing | Self::Changed => {
                format!("{address} has not the file that it listed any more")
            }
            Self::NoBucket => {
                format!("there is no {}", address.to_string().trim_start_matches("the "))
            }
            Self::Refused(code) => {
                let why = match code.as_str() {
                    "InvalidAccessKeyId" => "it does not know this access key".to_owned(),
                    "SignatureDoesNotMatch" => {
                        "the secret is not that of this access key".to_owned()
                    }
                    "RequestTimeTooSkewed" => "the clock of this machine is wrong".to_owned(),
                    "ExpiredToken" => "these keys have expired".to_owned(),
                    _ => "they may need s3:ListBucket and s3:GetObject".to_owned(),
                };
                format!("{address} does not let these keys in: {why}")
            }
            Self::Elsewhere => {
                format!("{address} lies in another region: say its region in theirs.yaml")
            }
            Self::Name => {
                format!("{address} holds a name that cannot be asked for, as one with //")
            }
            Self::Answered(what) => format!("{address} answered {what}"),
        }
    }
}

/// An error with what led to it, for looking at and never for showing.
fn whole(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(within) = cause {
        text.push('\n');
        text.push_str(&within.to_string());
        cause = within.source();
    }
    text
}

/// A code of S3 that stands between two marks: letters and digits alone.
fn between<'t>(text: &'t str, begin: &str, end: &str) -> Option<&'t str> {
    const LONGEST: usize = 64;
    let code = text.split_once(begin)?.1.split_once(end)?.0;
    let is_code = code.len() <= LONGEST && code.chars().all(|c| c.is_ascii_alphanumeric());
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(text: &str) -> Error {
        Error::Generic { store: "S3", source: text.to_owned().into() }
    }

    #[test]
    fn what_a_server_says_is_told_by_its_code_alone() {
        let address = BucketAddress::of("s3://shop/exports").unwrap();
        let address = address.keyed("id".into(), "hunter2".into());
        let served = address.served("https://s3.example", false).unwrap();
        for (text, said) in [
            (
                "status code: 403 Forbidden: <Error><Code>SignatureDoesNotMatch</Code><StringToSign>hunter2</StringToSign>",
                "does not let these keys in: the secret is not that of this access key",
            ),
            ("status code: 403 Forbidden: ", "does not let these keys in: they may need"),
            (
                "status code: 404 Not Found: <Code>NoSuchBucket</Code>",
                "there is no bucket \"shop\" at https://s3.example",
            ),
            ("status code: 503 Slow: <Code>SlowDown</Code>hunter2", "answered 503 SlowDown"),
            ("status code: 500 hunter2", "answered 500"),
            ("status code: 400 <Code>a hunter2</Code>", "answered 400"),
            ("connection refused by hunter2", "does not answer"),
            ("Received redirect without LOCATION", "lies in another region"),
        ] {
            let told = Trouble::of(&generic(text)).at(&served);
            assert!(told.contains(said) && !told.contains("hunter2"), "{text}: {told}");
        }
    }
}
