//! A page that was visited, as people read it.

use std::io;

use theirs_scan::{PageScan, Party};

use super::Output;
use crate::command::words::some;

/// Tells whom a page contacts, and what it leaves behind.
pub(super) fn tell(page: &PageScan, out: &mut Output) -> io::Result<()> {
    let third = page.hosts.iter().filter(|host| host.party == Party::Third).count();
    let hosts = match third {
        0 => "no third party".to_owned(),
        third => format!("{} of third parties", some(third, "host")),
    };
    out.line(&format!("\n{} contacts {hosts} before anybody agreed to anything:", page.came))?;
    let rows: Vec<Vec<String>> = page
        .hosts
        .iter()
        .map(|host| {
            let kinds: Vec<&str> = host.kinds.iter().map(String::as_str).collect();
            vec![
                host.name.clone(),
                whose(host.party).to_owned(),
                host.company.unwrap_or_default().to_owned(),
                kinds.join(", "),
                host.does.unwrap_or_default().to_owned(),
            ]
        })
        .collect();
    out.table(&["host", "whose", "firm", "what", "does"], &rows)?;
    if page.cookies.is_empty() {
        out.line("  It leaves no cookie.")?;
    } else {
        let rows: Vec<Vec<String>> = page
            .cookies
            .iter()
            .map(|cookie| {
                let mut lasts = cookie.days.map_or("until the browser closes".to_owned(), lasts);
                if cookie.is_refused {
                    lasts.push_str("; this browser refused it");
                }
                vec![
                    cookie.name.clone(),
                    cookie.host.clone(),
                    whose(cookie.party).to_owned(),
                    lasts,
                ]
            })
            .collect();
        out.line("")?;
        out.table(&["cookie", "goes back to", "whose", "lasts"], &rows)?;
    }
    for kept in &page.storage {
        let stays = if kept.stays { "stays" } else { "goes when the page is closed" };
        out.line(&format!("  {} keeps \"{}\" in the browser; it {stays}", kept.site, kept.key))?;
    }
    if page.is_cut_short {
        out.line("  The page was still fetching when time was up; there may be more.")?;
    }
    Ok(())
}

fn whose(party: Party) -> &'static str {
    match party {
        Party::First => "the site's own",
        Party::Third => "third party",
    }
}

fn lasts(days: u32) -> String {
    if days == 0 { "less than a day".to_owned() } else { some(days as usize, "day") }
}
