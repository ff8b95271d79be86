//! From the text of a charter to its types, with every problem found on the way.

mod collect;
mod column;
mod fields;
mod found;
mod grant;
mod linkage;
mod party;
mod pull;
mod purpose;
mod scalar;
mod source;
mod survivorship;
mod tell;
mod translation;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use theirs_model::Digest;

use self::fields::Fields;
use self::found::Problems as Found;
use self::grant::Scope;
use crate::admission::Outside;
use crate::charter::{Charter, Survivorship};
use crate::problem::{Problem, Problems, quoted};
use crate::text::{self, Node, Place, Tree};

/// The longest charter that is read, in bytes.
const LONGEST: usize = 1 << 20;

impl Charter {
    /// Reads a charter whole; `file` is its name in messages.
    ///
    /// # Errors
    /// Every problem found, in the order of the lines.
    pub fn read(file: &str, text: &str) -> Result<Self, Problems> {
        Self::read_with(file, text, Outside::Only(&BTreeSet::new()))
    }

    /// The same, where some sources from outside may feed purposes.
    ///
    /// # Errors
    /// As [`Charter::read`].
    pub fn read_with(file: &str, text: &str, outside: Outside<'_>) -> Result<Self, Problems> {
        let whole = |list| Problems { file: file.to_owned(), text: text.to_owned(), list };
        if text.len() > LONGEST {
            let message = format!("a charter has at most {LONGEST} bytes, this has {}", text.len());
            let Place { line, column, width } = Place::START;
            let problem = Problem { line, column, width, message, hint: None };
            return Err(Problems { text: String::new(), ..whole(vec![problem]) });
        }
        let root = text::parse(text).map_err(|problem| whole(vec![problem]))?;
        let found = Found::default();
        let charter = read(&root, text, outside, &found);
        let list = found.into_list();
        match charter {
            Some(charter) if list.is_empty() => Ok(charter),
            _ => Err(whole(list)),
        }
    }
}

/// The sections of a charter, in the order in which one should be written.
const SECTIONS: &[&str] = &[
    "charter",
    "time_zone",
    "language",
    "controller",
    "brand",
    "sources",
    "survivorship",
    "linkage",
    "recipients",
    "purposes",
    "roles",
    "names",
    "translations",
];

fn read(root: &Node, text: &str, outside: Outside<'_>, found: &Found) -> Option<Charter> {
    if matches!(root.tree, Tree::Nothing) {
        found.add(
            Place::START,
            "this charter is empty".into(),
            "\"theirs init\" writes a first one",
        );
        return None;
    }
    let mut top = Fields::open(root, "a charter", SECTIONS, found)?;
    if let Some(node) = top.required("charter") {
        layout(node, found);
    }
    let time_zone = top.required("time_zone").and_then(|node| scalar::zone(node, found));
    let language = translation::language(top.optional("language"), found);
    let controller = top.required("controller").and_then(|node| party::controller(node, found));
    let called = controller.as_ref().map_or("", |controller| &controller.name);
    let brand = party::brand(top.optional("brand"), called, found);
    let sources_node = top.required("sources");
    let sources = sources_node.map(|node| source::sources(node, found));
    if sources.is_none() {
        found.doubt();
    }
    let sources = sources.unwrap_or_default();
    let survivorship = top.optional("survivorship");
    let survivorship = survivorship.map(|node| survivorship::survivorship(node, &sources, found));
    let linkage = top.optional("linkage").map(|node| linkage::linkage(node, &sources, found));
    let home = controller.as_ref().and_then(|controller| controller.country.as_deref());
    let recipients = top.optional("recipients");
    let recipients = recipients.map(|node| party::recipients(node, home, found));
    let recipients = recipients.unwrap_or_default();
    let scope = Scope::new(&sources, &recipients, outside);
    let purposes = top.required("purposes").map(|node| purpose::purposes(node, &scope, found));
    if purposes.is_none() {
        found.doubt();
    }
    let purposes = purposes.unwrap_or_default();
    let names: Vec<&str> = purposes.iter().map(|purpose| purpose.name.as_str()).collect();
    if let Some(node) = sources_node.filter(|_| !names.is_empty()) {
        source::objections(node, &names, found);
    }
    let roles = top.required("roles").map(|node| party::roles(node, &names, found));
    let roles = roles.unwrap_or_default();
    let authority = controller.as_ref().and_then(|own| own.authority.as_ref());
    let told = translation::Told {
        authority: authority.map(|authority| authority.name.as_str()),
        sources: &sources,
        recipients: &recipients,
        purposes: &purposes,
        roles: &roles,
    };
    let translations = top.optional("translations");
    let names = top.optional("names");
    let names = if found.count() == 0 {
        translation::own_names(names, Place::START, language, &told, found)
    } else {
        BTreeMap::new()
    };
    // Where something else is wrong, what there is to translate is not known.
    let translations = translations.filter(|_| found.count() == 0);
    let translations =
        translations.map(|node| translation::translations(node, language, &told, found));
    top.close();
    Some(Charter {
        digest: digest_of(text),
        text: text.to_owned(),
        time_zone: time_zone?,
        language,
        names: Arc::new(names),
        translations: translations.unwrap_or_default(),
        controller: controller?,
        brand,
        sources,
        survivorship: survivorship.unwrap_or_else(Survivorship::default),
        linkage: linkage.unwrap_or_default(),
        recipients,
        purposes,
        roles,
        admitted: BTreeSet::new(),
    })
}

/// The one layout of a charter that there is so far.
fn layout(node: &Node, found: &Found) {
    if let Some(version) = scalar::scalar(node, "charter", found).filter(|version| version != "1") {
        let message = format!("a charter of layout {} cannot be read", quoted(&version));
        found.add(node.place, message, "write 1, the one layout there is");
    }
}

fn digest_of(text: &str) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    Digest(bytes)
}

#[cfg(test)]
pub(crate) mod tests;
