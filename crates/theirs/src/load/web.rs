//! Rows that are asked for over HTTP: pages of JSON, laid down as JSON Lines in a file of this load
//! alone, then read as such a file is.
//!
//! Only the server that the charter names is asked, whatever a page says of the next one: it may
//! have been given a token. Pages, their bytes and their number are bounded.

use std::collections::HashSet;
use std::io::{BufWriter, Write};
use std::time::Duration;

use axum::http::header::LINK;
use serde_json::Value;
use tempfile::NamedTempFile;
use theirs_charter::{NextPage, Source, Web};
use theirs_store::{Settings, read_secret};
use url::Url;

use crate::failure::Failure;
use crate::post::{Address, ask_within, get};
use crate::workspace::Workspace;

/// The most bytes of a page, and of all of them.
const LONGEST_PAGE: usize = 32 << 20;
const LONGEST: u64 = 8 << 30;

/// The most pages.
const MOST_PAGES: usize = 100_000;

/// How long a page may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How the files begin in which pages are laid down.
const PREFIX: &str = "fetched-";

/// Fetches every page of a source.
pub(super) fn fetch(
    workspace: &Workspace,
    source: &Source,
    web: &Web,
) -> Result<NamedTempFile, Failure> {
    let place = source.place();
    let fault = |what: &str| Failure::Unsound(format!("{place}: {what}"));
    let settings = Settings::of(&workspace.folder)?;
    let token = settings.tokens.get(&source.name);
    let token = token.map(|file| read_secret(&workspace.folder, file)).transpose()?;
    let token = token.map(|token| format!("Bearer {token}"));
    let first = Url::parse(&web.url).map_err(|_| fault("this is no URL"))?;
    forget_fetched(workspace)?;
    let file = lay(workspace, ".jsonl")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut out = BufWriter::new(file.as_file());
    let mut seen = HashSet::new();
    let mut bytes = 0;
    let mut next = Some(numbered(&first, web, 1));
    while let Some(url) = next {
        if !seen.insert(url.clone()) {
            return Err(fault("its pages lead round in a circle"));
        }
        if seen.len() > MOST_PAGES || bytes > LONGEST {
            return Err(fault("it has no end: more than 100,000 pages or 8 GiB"));
        }
        if url.origin() != first.origin() {
            return Err(fault("its next page lies on another server"));
        }
        let page = runtime.block_on(page(&url, token.as_deref())).map_err(|what| fault(&what))?;
        let rows = rows(&page.body, web).ok_or_else(|| fault("there is no list of rows in it"))?;
        for row in rows {
            if !row.is_object() {
                return Err(fault("a row in it is no object"));
            }
            serde_json::to_writer(&mut out, row).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
        bytes += page.bytes as u64;
        next = after(&url, &first, &page, web, rows.len(), seen.len()).map_err(fault)?;
    }
    out.flush()?;
    drop(out);
    Ok(file)
}

/// A file for what is fetched, which only its owner may read and which goes with the load.
pub(super) fn lay(workspace: &Workspace, ending: &str) -> std::io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(PREFIX).suffix(ending).tempfile_in(workspace.folder.data())
}

/// Removes what a load laid down that was stopped in the middle.
pub fn forget_fetched(workspace: &Workspace) -> std::io::Result<()> {
    for entry in std::fs::read_dir(workspace.folder.data())? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A page as it came.
struct Page {
    body: Value,
    link: Option<String>,
    bytes: usize,
}

async fn page(url: &Url, token: Option<&str>) -> Result<Page, String> {
    let address = Address::asking(url.as_str())?;
    let mut headers = vec![("accept", "application/json"), ("user-agent", "theirs")];
    headers.extend(token.map(|token| ("authorization", token)));
    let request = get(&address, &headers)?;
    let answer = ask_within(&address, request, LONGEST_PAGE, PATIENCE).await?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(format!("it answered {status}"));
    }
    let mut links = answer.headers().get_all(LINK).iter().filter_map(|link| link.to_str().ok());
    let link = links.find_map(next_of);
    let bytes = answer.body().len();
    let body = serde_json::from_slice(answer.body()).map_err(|_| "its answer is no JSON")?;
    Ok(Page { body, link, bytes })
}

/// The list of rows of a page.
fn rows<'p>(page: &'p Value, web: &Web) -> Option<&'p Vec<Value>> {
    at(page, &web.items)?.as_array()
}

fn at<'p>(page: &'p Value, steps: &[String]) -> Option<&'p Value> {
    steps.iter().try_fold(page, |within, step| within.get(step))
}

/// The next page, if there is one.
fn after(
    url: &Url,
    first: &Url,
    page: &Page,
    web: &Web,
    rows: usize,
    pages: usize,
) -> Result<Option<Url>, &'static str> {
    match &web.next {
        None => Ok(None),
        Some(NextPage::Link) => page
            .link
            .as_deref()
            .map(|link| url.join(link).map_err(|_| "its header Link leads nowhere"))
            .transpose(),
        Some(NextPage::Page { .. }) => Ok((rows > 0).then(|| numbered(first, web, pages + 1))),
        Some(NextPage::Cursor { field, parameter }) => match at(&page.body, field) {
            None | Some(Value::Null | Value::Bool(false)) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(with(first, parameter, text))),
            Some(Value::Number(number)) => Ok(Some(with(first, parameter, &number.to_string()))),
            Some(_) => Err("its field for the next page holds no text or number"),
        },
    }
}

/// The address of a page by its number, where pages have numbers.
fn numbered(first: &Url, web: &Web, page: usize) -> Url {
    match &web.next {
        Some(NextPage::Page { parameter }) => with(first, parameter, &page.to_string()),
        _ => first.clone(),
    }
}

/// An address with a parameter, in place of one of the same name.
fn with(first: &Url, parameter: &str, value: &str) -> Url {
    let mut url = first.clone();
    let others: Vec<(String, String)> = first
        .query_pairs()
        .filter(|(name, _)| name != parameter)
        .map(|(n, v)| (n.into(), v.into()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(parameter, value);
    url
}

/// The address of the next page in a header `Link` (RFC 8288).
fn next_of(header: &str) -> Option<String> {
    for link in header.split(',') {
        let (address, parameters) = link.split_once('>')?;
        let is_next = parameters.split(';').any(|parameter| {
            let parameter = parameter.trim().to_ascii_lowercase();
            parameter == "rel=\"next\"" || parameter == "rel=next"
        });
        if is_next {
            return Some(address.trim().trim_start_matches('<').to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(next: Option<NextPage>) -> Web {
        Web { url: String::new(), items: vec!["data".into(), "orders".into()], next }
    }

    #[test]
    fn the_next_page_is_found_by_link_by_field_and_by_number() {
        let link = "<https://a.example/x?page=1>; rel=\"prev\", </x?page=3>; rel=\"next\"";
        assert_eq!(next_of(link).as_deref(), Some("/x?page=3"));
        assert_eq!(next_of("<https://a.example/>; rel=\"last\""), None);
        let first = Url::parse("https://a.example/x?size=2&page=9").unwrap();
        let body = serde_json::json!({ "data": { "orders": [{}] }, "meta": { "next": "a&b" } });
        let page = Page { body, link: None, bytes: 0 };
        let go = |next, rows| {
            after(&first, &first, &page, &web(Some(next)), rows, 1)
                .unwrap()
                .map(|url| url.to_string())
        };
        let numbers = || NextPage::Page { parameter: "page".into() };
        assert_eq!(go(numbers(), 1).as_deref(), Some("https://a.example/x?size=2&page=2"));
        assert_eq!(go(numbers(), 0), None);
        let field = |name: &str| NextPage::Cursor {
            field: vec!["meta".into(), name.into()],
            parameter: "after".into(),
        };
        let next = go(field("next"), 1);
        assert_eq!(next.as_deref(), Some("https://a.example/x?size=2&page=9&after=a%26b"));
        assert_eq!(go(field("none"), 1), None);
        assert_eq!(rows(&page.body, &web(None)).map(Vec::len), Some(1));
    }
}
