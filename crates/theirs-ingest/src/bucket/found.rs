//! Which objects of a bucket a name stands for: one, those of a folder, or those that fit a pattern.
//!
//! As of folders on disk, what lies deeper is not meant, and names that begin with a point are left
//! alone. Only what begins as the pattern does is asked for, page by page (the server's pages have
//! 1,000 objects).

use std::path::Path as FilePath;

#[cfg(test)]
use object_store::ObjectStore;
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::Path;
use object_store::{ListResult, ObjectMeta};
use theirs_model::nearest;

use super::trouble::Trouble;
use super::{Bucket, Object, Reach};
use crate::{IngestError, is_readable};

/// The most files of one source.
const MOST: usize = 100_000;

/// The most objects that are looked at for them.
const MOST_LISTED: usize = 1_000_000;

/// How many names a message lists.
const LISTED: usize = 20;

/// Whether a name fits a pattern in which `*` stands for anything.
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    let mut left = rest;
    for part in middle {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

impl Bucket {
    /// The objects that a file of the charter stands for, in the order of their names: `orders.csv`,
    /// `orders/` or `orders/*.csv`.
    ///
    /// # Errors
    /// The bucket does not answer or does not let us in, nothing lies there, or too much.
    pub fn objects(&self, file: &str) -> Result<Vec<Object>, IngestError> {
        let (within, last) = file.rsplit_once('/').unwrap_or(("", file));
        if within.contains('*') {
            return Err(self.fault("only the name of the file may have a *"));
        }
        if last.contains('*') {
            let begin = last.split('*').next().unwrap_or_default();
            let found = self.several(within, begin, &|name| fits(last, name))?;
            self.folder_is_there(within, &found)?;
            return Ok(found);
        }
        let mut refused = None;
        if !last.is_empty() {
            match self.runtime.block_on(self.head(&self.path(file)?)) {
                Ok(meta) => return Ok(vec![Object::of(file.to_owned(), &meta)]),
                // Why, is said in answers that have a body.
                Err(trouble @ Trouble::Refused(_)) => refused = Some(trouble),
                Err(Trouble::Missing) => {}
                Err(trouble) => return Err(self.trouble(&trouble)),
            }
        }
        let folder = file.trim_end_matches('/');
        let found = self.several(folder, "", &|name| is_readable(FilePath::new(name)))?;
        match refused {
            Some(trouble) if found.is_empty() => return Err(self.trouble(&trouble)),
            _ => self.folder_is_there(folder, &found)?,
        }
        Ok(found)
    }

    /// The objects of a folder whose names begin so and are meant.
    fn several(
        &self,
        within: &str,
        begin: &str,
        is_meant: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Object>, IngestError> {
        let mut found = Vec::new();
        let folder = self.folder(within)?;
        self.each_page(&folder, begin, &mut |page| {
            for meta in page.objects {
                let Some(name) = meta.location.filename() else { continue };
                let lies_here = parent(&meta) == folder;
                if lies_here && !name.starts_with('.') && is_meant(name) {
                    let name = if within.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{within}/{name}")
                    };
                    found.push(Object::of(name, &meta));
                }
            }
            found.len() <= MOST
        })?;
        if found.len() > MOST {
            return Err(self.fault(&format!("it stands for more than {MOST} files")));
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// That there is a folder in which nothing was found. A bucket has no empty ones, so that one
    /// nobody wrote to yet cannot be told from one that nobody will.
    fn folder_is_there(&self, folder: &str, found: &[Object]) -> Result<(), IngestError> {
        if folder.is_empty() || !found.is_empty() || !self.names(folder)?.is_empty() {
            return Ok(());
        }
        let (within, last) = folder.rsplit_once('/').unwrap_or(("", folder));
        let names = self.names(within)?;
        let meant = match nearest(last, names.iter().map(String::as_str)) {
            Some(name) => format!("; did you mean \"{name}\"?"),
            None if names.is_empty() => String::new(),
            None => format!("; there lie {}", listed(&names)),
        };
        Err(self.fault(&format!("{} has no \"{folder}\"{meant}", self.address)))
    }

    /// The names of what lies in a folder, or of the first thousand.
    fn names(&self, within: &str) -> Result<Vec<String>, IngestError> {
        let folder = self.folder(within)?;
        let mut names: Vec<String> = Vec::new();
        self.each_page(&folder, "", &mut |page| {
            let objects = page.objects.iter().filter(|meta| parent(meta) == folder);
            names.extend(objects.filter_map(|meta| meta.location.filename().map(str::to_owned)));
            let folders = page.common_prefixes.iter().filter_map(Path::filename);
            names.extend(folders.map(|name| format!("{name}/")));
            false
        })?;
        names.sort_unstable();
        Ok(names)
    }

    /// The folder of the bucket, with its prefix.
    fn folder(&self, within: &str) -> Result<String, IngestError> {
        let whole = self.address.below(within);
        let whole = whole.trim_end_matches('/');
        if Path::parse(whole).is_err() || within.split('/').any(|part| part == "." || part == "..")
        {
            return Err(self.fault(&format!("\"{within}\" is no folder")));
        }
        Ok(whole.to_owned())
    }

    /// Hands over the listing of a folder page by page, until `see` has enough.
    fn each_page(
        &self,
        folder: &str,
        begin: &str,
        see: &mut dyn FnMut(ListResult) -> bool,
    ) -> Result<(), IngestError> {
        let (mut token, mut seen) = (None, 0);
        loop {
            let page = self.runtime.block_on(self.page(folder, begin, token));
            let (page, next) = page.map_err(|trouble| match trouble {
                Trouble::Missing => self.trouble(&Trouble::NoBucket),
                other => self.trouble(&other),
            })?;
            seen += page.objects.len();
            if seen > MOST_LISTED {
                return Err(self.fault(&format!("more than {MOST_LISTED} objects lie there")));
            }
            token = next;
            if !see(page) || token.is_none() {
                return Ok(());
            }
        }
    }

    async fn page(
        &self,
        folder: &str,
        begin: &str,
        token: Option<String>,
    ) -> Result<(ListResult, Option<String>), Trouble> {
        match &self.reach {
            Reach::S3(store) => {
                let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
                let prefix = format!("{prefix}{begin}");
                let options = PaginatedListOptions {
                    delimiter: Some("/".into()),
                    page_token: token,
                    ..PaginatedListOptions::default()
                };
                let prefix = Some(prefix.as_str()).filter(|prefix| !prefix.is_empty());
                let listed = Self::asked(store.list_paginated(prefix, options)).await?;
                Ok((listed.result, listed.page_token))
            }
            #[cfg(test)]
            Reach::Memory(store) => {
                let folder = Path::from(folder);
                Ok((Self::asked(store.list_with_delimiter(Some(&folder))).await?, None))
            }
        }
    }
}

/// The folder that an object lies in.
fn parent(meta: &ObjectMeta) -> &str {
    meta.location.as_ref().rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn listed(names: &[String]) -> String {
    let some = names.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > LISTED { format!("{some}, …") } else { some }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_anything_within_a_name() {
        for (pattern, name) in [
            ("*.csv", "a.csv"),
            ("a*b*.csv", "axxbyy.csv"),
            ("*", "x"),
            ("orders-*.csv", "orders-.csv"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.csv", "a.csv.part"), ("a*b.csv", "ab.tsv"), ("ab*ba", "aba")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }
}
