//! The certificate under which the server encrypts.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate with its key, both in PEM.
#[derive(Clone)]
pub struct Identity {
    /// The certificate, and those that vouch for it.
    pub certificate: String,
    /// The private key.
    pub key: String,
}

/// Why a certificate and a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No certificate could be made.
    #[error("no certificate can be made: {0}")]
    Made(#[from] rcgen::Error),
    /// They are not PEM.
    #[error("the certificate or its key is not PEM: {0}")]
    Pem(#[from] tokio_rustls::rustls::pki_types::pem::Error),
    /// They do not belong together, or are of an unknown kind.
    #[error("the certificate and its key cannot be used: {0}")]
    Unfit(#[from] tokio_rustls::rustls::Error),
}

impl Identity {
    /// Makes a certificate for this machine that vouches for itself.
    ///
    /// # Errors
    /// The machine gives no random bytes.
    pub fn new_for_this_machine() -> Result<Self, IdentityError> {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names)?;
        Ok(Self { certificate: cert.pem(), key: signing_key.serialize_pem() })
    }

    /// What accepts encrypted connections under this certificate (TLS 1.2 and 1.3).
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, IdentityError> {
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(self.certificate.as_bytes())
                .collect::<Result<_, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes())?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_certificate_serves_and_others_are_refused() {
        let one = Identity::new_for_this_machine().unwrap();
        let two = Identity::new_for_this_machine().unwrap();
        assert!(one.acceptor().is_ok());
        let mixed = Identity { certificate: one.certificate.clone(), key: two.key };
        assert!(matches!(mixed.acceptor(), Err(IdentityError::Unfit(_))));
        let broken = Identity { certificate: one.certificate, key: String::new() };
        assert!(matches!(broken.acceptor(), Err(IdentityError::Pem(_))));
    }
}
