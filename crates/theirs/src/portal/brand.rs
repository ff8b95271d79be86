//! How the pages look: the brand's name, colours and picture.
//!
//! The picture is told by its first bytes, not by its name, and only formats that hold no script
//! are shown: an SVG is a document that runs.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use theirs_words::Language;

use super::Portal;
use super::here::Here;
use super::message::nowhere;
use super::shade::Shade;

/// The largest picture that is shown, in bytes.
const LARGEST_LOGO: u64 = 256 * 1024;
/// How many bytes tell the type of a picture.
const LONGEST_SIGN: u64 = 12;

/// What stands at the top of each page.
pub(super) struct Mark {
    pub(super) name: String,
    pub(super) has_logo: bool,
    /// The other languages of the pages.
    pub(super) others: Vec<Language>,
}

impl Mark {
    /// The mark of the charter in force.
    pub(super) fn of(here: &Here) -> Self {
        let Some(authority) = &here.authority else {
            return Self { name: "Your data".to_owned(), has_logo: false, others: Vec::new() };
        };
        let brand = &authority.charter().brand;
        let root = here.workspace().folder.root();
        let logo = named(here).and_then(|name| logo_in(root, name));
        let others = here.others.clone();
        Self { name: brand.name.clone(), has_logo: logo.is_some(), others }
    }
}

/// What the brand's colours stand on, by day and in the dark; as in `style.css`.
const LIGHT: [&str; 4] = ["#ffffff", "#fbfaf7", "#fdf3e4", "#fbfaf7"];
const DARK: [&str; 4] = ["#1d2327", "#14181a", "#2c2619", "#14181a"];

#[derive(Template)]
#[template(path = "style.css", escape = "none")]
struct Style {
    colour: Shade,
    on_colour: Shade,
    accent: Shade,
    on_accent: Shade,
    text: Shade,
    text_dark: Shade,
    mark: Shade,
    mark_dark: Shade,
}

impl Style {
    fn of(colour: &str, accent: &str) -> Self {
        let (colour, accent) = (Shade::read(colour), Shade::read(accent));
        let (light, dark) = (LIGHT.map(Shade::read), DARK.map(Shade::read));
        Self {
            colour,
            on_colour: colour.text_on(),
            accent,
            on_accent: accent.text_on(),
            text: colour.read_on(&light),
            text_dark: colour.read_on(&dark),
            mark: accent.read_on(&light),
            mark_dark: accent.read_on(&dark),
        }
    }
}

/// `/style.css`, in the brand's colours.
pub(super) async fn style(State(portal): State<Arc<Portal>>) -> Response {
    let brand = portal.workspace().charter().map(|charter| charter.brand.clone());
    let (colour, accent) = brand.map_or_else(
        |_| ("#1d4f6e".to_owned(), "#9a4a12".to_owned()),
        |brand| (brand.colour, brand.accent),
    );
    match Style::of(&colour, &accent).render() {
        Ok(css) => ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `/logo`: the brand's picture.
pub(super) async fn logo(portal: Here) -> Response {
    let root = portal.workspace().folder.root();
    let shown = named(&portal).and_then(|name| {
        let (kind, path) = logo_in(root, name)?;
        Some((kind, std::fs::read(path).ok()?))
    });
    match shown {
        Some((kind, bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        None => nowhere(portal).await,
    }
}

/// `/favicon.ico`, which browsers ask for by themselves: the brand's picture, or nothing.
pub(super) async fn icon(portal: Here) -> Response {
    match named(&portal) {
        Some(_) => logo(portal).await,
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// The picture that the charter names.
fn named(here: &Here) -> Option<&str> {
    here.authority.as_ref()?.charter().brand.logo.as_deref()
}

/// The type of a picture and where it is, if it lies beside the charter and is one that may be shown.
fn logo_in(root: &Path, name: &str) -> Option<(&'static str, PathBuf)> {
    let below = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(name).components().all(below) {
        return None;
    }
    let path = root.join(name).canonicalize().ok()?;
    let data = root.join("data").canonicalize().ok()?;
    if !path.starts_with(root.canonicalize().ok()?) || path.starts_with(data) {
        return None;
    }
    let found = std::fs::metadata(&path).ok()?;
    if !found.is_file() || found.len() > LARGEST_LOGO {
        return None;
    }
    let mut first = Vec::new();
    File::open(&path).ok()?.take(LONGEST_SIGN).read_to_end(&mut first).ok()?;
    Some((kind(&first)?, path))
}

/// The type of a picture, by its first bytes.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    #[test]
    fn a_picture_is_shown_only_from_beside_the_charter_and_only_without_script() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("shop");
        std::fs::create_dir_all(root.join("data")).unwrap();
        let put = |name: &str, bytes: &[u8]| std::fs::write(root.join(name), bytes).unwrap();
        put("logo.png", PNG);
        put("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>");
        put("data/logo.png", PNG);
        put("../outside.png", PNG);
        put("large.png", &[PNG, &vec![0; 256 * 1024]].concat());
        std::os::unix::fs::symlink(folder.path().join("outside.png"), root.join("link.png"))
            .unwrap();
        assert_eq!(logo_in(&root, "logo.png").map(|logo| logo.0), Some("image/png"));
        for name in [
            "logo.svg",
            "data/logo.png",
            "../outside.png",
            "large.png",
            "link.png",
            "none.png",
            "/etc/passwd",
            ".",
        ] {
            assert!(logo_in(&root, name).is_none(), "{name}");
        }
    }
}
