//! How the world reaches the portal: `https://` and a host.

use crate::failure::Failure;

/// The address that a text names, if it is one; `whence` is where the text stands.
pub fn address(text: &str, whence: &str) -> Result<String, Failure> {
    let host = text.strip_prefix("https://").map(|rest| rest.trim_end_matches('/'));
    let is_host = |host: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        !host.is_empty() && host.chars().all(is_plain)
    };
    let host = host.filter(|host| is_host(host)).ok_or_else(|| {
        let message = "is https:// and a host, such as https://privacy.shop.example";
        Failure::Usage(format!("{whence} {message}"))
    })?;
    Ok(format!("https://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_host_behind_tls_is_told_to_the_world() {
        let told = address("https://privacy.shop.example/", "--public").unwrap();
        assert_eq!(told, "https://privacy.shop.example");
        for wrong in ["http://shop.example", "https://", "https://a.example/b", "shop.example"] {
            let said = address(wrong, "--public").unwrap_err().to_string();
            assert!(said.starts_with("--public is https://"), "{said}");
        }
    }
}
