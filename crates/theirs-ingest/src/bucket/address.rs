//! Where a bucket is, and the keys that it is asked with.
//!
//! Keys never stand in an address. Without keys of its own a bucket is asked with those of the
//! environment, under the names that all clients of S3 know.

use std::fmt;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{Certificate, ClientOptions, RetryConfig};
use url::Url;

/// How often a request is tried again that a server did not answer, and for how long.
const RETRIES: usize = 5;
const RETRIED_FOR: Duration = Duration::from_mins(1);

/// How long one try may take. An object whose bytes keep coming is not cut off by it: the rest of it
/// is asked for again.
const ONE_TRY: Duration = Duration::from_hours(1);

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Where a bucket is, and the keys that it is asked with. Its `Debug` shows no key.
#[derive(Clone)]
pub struct BucketAddress {
    pub(super) bucket: String,
    pub(super) prefix: String,
    pub(super) endpoint: Option<String>,
    region: Option<String>,
    in_the_clear: bool,
    /// The id of the access key and its secret, if not those of the environment.
    keys: Option<(String, String)>,
    /// The authorities to trust, in PEM, if not those of the system.
    authorities: Option<Vec<u8>>,
}

/// What is wrong with an address. It is not repeated, as a key may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BucketAddressError {
    /// It names no bucket.
    #[error("its url should be s3://BUCKET/PREFIX")]
    Malformed,
    /// A key stands in it.
    #[error(
        "a key stands in its address; put it into files and name those by key_file and secret_file"
    )]
    Key,
    /// The endpoint is no address of a server.
    #[error("its endpoint should be https://HOST")]
    Endpoint,
    /// The endpoint is spoken to in the clear, which nobody allowed.
    #[error("its endpoint has no TLS; say allow_http: true if that is right")]
    Clear,
    /// The authorities to trust do not read.
    #[error("its ca_file holds no certificate in PEM")]
    Authorities,
}

impl BucketAddress {
    /// The bucket of a URL, `s3://BUCKET/PREFIX`, at Amazon.
    ///
    /// # Errors
    /// The URL names no bucket, or holds a key.
    pub fn of(url: &str) -> Result<Self, BucketAddressError> {
        let rest = url.strip_prefix("s3://").ok_or(BucketAddressError::Malformed)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.contains(['@', ':']) {
            return Err(BucketAddressError::Key);
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let prefix = prefix.trim_end_matches('/');
        if bucket.is_empty() || !bucket.chars().all(is_name) || Path::parse(prefix).is_err() {
            return Err(BucketAddressError::Malformed);
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            endpoint: None,
            region: None,
            in_the_clear: false,
            keys: None,
            authorities: None,
        })
    }

    /// The same, served elsewhere than at Amazon; in the clear only if that is allowed.
    ///
    /// # Errors
    /// It is no address of a server, it holds a key, or it has no TLS and that is not allowed.
    pub fn served(self, endpoint: &str, in_the_clear: bool) -> Result<Self, BucketAddressError> {
        let parsed = Url::parse(endpoint).map_err(|_| BucketAddressError::Endpoint)?;
        if !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some()
        {
            return Err(BucketAddressError::Key);
        }
        match parsed.scheme() {
            "https" => {}
            "http" if in_the_clear => {}
            "http" => return Err(BucketAddressError::Clear),
            _ => return Err(BucketAddressError::Endpoint),
        }
        let endpoint = Some(endpoint.trim_end_matches('/').to_owned());
        Ok(Self { endpoint, in_the_clear, ..self })
    }

    /// The same, in this region.
    #[must_use]
    pub fn within(self, region: &str) -> Self {
        Self { region: Some(region.to_owned()), ..self }
    }

    /// The same, asked with these keys.
    #[must_use]
    pub fn keyed(self, id: String, secret: String) -> Self {
        Self { keys: Some((id, secret)), ..self }
    }

    /// The same with authorities of its own, in PEM.
    #[must_use]
    pub fn trusting(self, authorities: Vec<u8>) -> Self {
        Self { authorities: Some(authorities), ..self }
    }

    /// What the bucket calls what has this name below the prefix.
    pub(super) fn below(&self, name: &str) -> String {
        match self.prefix.as_str() {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        }
    }

    /// Whether it is asked with keys that somebody gave, and not with those of the machine it runs on.
    pub(super) fn has_keys(&self) -> bool {
        const GIVEN: [&str; 4] = [
            "AWS_ACCESS_KEY_ID",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ];
        self.keys.is_some() || GIVEN.iter().any(|name| std::env::var_os(name).is_some())
    }

    /// A client of the bucket.
    pub(super) fn reach(&self) -> Result<AmazonS3, BucketAddressError> {
        let mut options = ClientOptions::new().with_timeout(ONE_TRY).with_connect_timeout(CONNECT);
        for one in self.authorities()? {
            options = options.with_root_certificate(one);
        }
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRIED_FOR,
            ..RetryConfig::default()
        };
        let builder = match &self.keys {
            // With nothing of the environment: its session belongs to other keys.
            Some((id, secret)) => {
                AmazonS3Builder::new().with_access_key_id(id).with_secret_access_key(secret)
            }
            None => AmazonS3Builder::from_env(),
        };
        let mut builder =
            builder.with_client_options(options).with_retry(retry).with_bucket_name(&self.bucket);
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(self.in_the_clear);
        }
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        }
        builder.build().map_err(|_| BucketAddressError::Malformed)
    }

    fn authorities(&self) -> Result<Vec<Certificate>, BucketAddressError> {
        let Some(pem) = &self.authorities else { return Ok(Vec::new()) };
        let read = Certificate::from_pem_bundle(pem).ok().filter(|all| !all.is_empty());
        read.ok_or(BucketAddressError::Authorities)
    }
}

impl fmt::Display for BucketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the bucket \"{}\"", self.bucket)?;
        self.endpoint.iter().try_for_each(|endpoint| write!(f, " at {endpoint}"))
    }
}

impl fmt::Debug for BucketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketAddress").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_without_keys_and_spoken_to_by_tls() {
        let address = BucketAddress::of("s3://shop/exports/").unwrap();
        assert_eq!((address.bucket.as_str(), address.prefix.as_str()), ("shop", "exports"));
        assert_eq!(address.below("a/b.csv"), "exports/a/b.csv");
        assert_eq!(BucketAddress::of("s3://shop").unwrap().below("b.csv"), "b.csv");
        for wrong in ["shop/exports", "s3://", "s3:///exports", "s3://a b/c", "s3://shop/a//b"] {
            assert_eq!(
                BucketAddress::of(wrong).err(),
                Some(BucketAddressError::Malformed),
                "{wrong}"
            );
        }
        let key = BucketAddress::of("s3://id:hunter2@shop/exports").unwrap_err();
        assert!(!key.to_string().contains("hunter2"));
        for (endpoint, in_the_clear, wrong) in [
            ("https://s3.example", false, None),
            ("http://127.0.0.1:9000", true, None),
            ("http://127.0.0.1:9000", false, Some(BucketAddressError::Clear)),
            ("ftp://s3.example", true, Some(BucketAddressError::Endpoint)),
            ("s3.example", true, Some(BucketAddressError::Endpoint)),
            ("https://id:hunter2@s3.example", false, Some(BucketAddressError::Key)),
        ] {
            let served = address.clone().served(endpoint, in_the_clear);
            assert_eq!(served.err(), wrong, "{endpoint}");
        }
        let secret = address.clone().keyed("id".into(), "hunter2".into());
        assert!(!format!("{secret:?} {secret}").contains("hunter2"));
        let distrusting = address.trusting(b"no certificate".to_vec());
        assert_eq!(distrusting.reach().err(), Some(BucketAddressError::Authorities));
    }
}
