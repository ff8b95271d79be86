//! What a command says: text for people, or JSON for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::words::plain;
use crate::progress::Progress;

/// Where a command's answer goes.
pub struct Output {
    to: Box<dyn Write>,
    aside: Box<dyn Aside>,
    json: bool,
}

/// What is said beside the answer.
pub trait Aside {
    /// One line about something that went wrong while the rest went on.
    fn note(&self, text: &str);
    /// The progress of one piece of work.
    fn progress(&self, what: &str) -> Progress;
}

/// Standard error.
struct Stderr;

impl Aside for Stderr {
    fn note(&self, text: &str) {
        eprintln!("theirs: {text}");
    }

    fn progress(&self, what: &str) -> Progress {
        Progress::bar(what)
    }
}

/// Standard error for what goes wrong, and nobody for how far it is.
struct Background;

impl Aside for Background {
    fn note(&self, text: &str) {
        Stderr.note(text);
    }

    fn progress(&self, _: &str) -> Progress {
        Progress::elsewhere(|_, _| {})
    }
}

impl Output {
    /// The process's standard output and, beside it, standard error.
    pub fn to_stdout(json: bool) -> Self {
        Self { to: Box::new(io::stdout().lock()), aside: Box::new(Stderr), json }
    }

    /// Somewhere else.
    pub fn to(to: Box<dyn Write>, aside: Box<dyn Aside>, json: bool) -> Self {
        Self { to, aside, json }
    }

    /// Nowhere; only what goes wrong is told on standard error.
    pub fn to_nobody() -> Self {
        Self::to(Box::new(io::sink()), Box::new(Background), false)
    }

    /// One line about something that went wrong while the rest went on.
    pub fn note(&self, text: &str) {
        self.aside.note(&plain(text));
    }

    /// The progress of one piece of work.
    pub fn progress(&self, what: &str) -> Progress {
        self.aside.progress(what)
    }

    /// Whether a program reads.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// One line for people; programs do not see it.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        if self.json { Ok(()) } else { writeln!(self.to, "{}", plain(text)) }
    }

    /// A text that is for whoever reads, as it is.
    pub fn raw(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.to, "{}", plain(text.trim_end()))
    }

    /// The answer for programs; people do not see it.
    pub fn data(&mut self, data: &impl Serialize) -> io::Result<()> {
        if !self.json {
            return Ok(());
        }
        serde_json::to_writer_pretty(&mut self.to, data)?;
        writeln!(self.to)
    }

    /// A table for people, its columns as wide as they need to be.
    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let width = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
            cells.chain([head[at].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        let head: Vec<String> = head.iter().map(|&name| name.to_owned()).collect();
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        for row in [&head, &rule].into_iter().chain(rows) {
            let row = plain(aligned(row, &widths).trim_end()).replace('\n', "\u{fffd}");
            writeln!(self.to, "  {row}")?;
        }
        Ok(())
    }
}

fn aligned(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| {
        let numeric =
            !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || ".,-+".contains(c));
        if numeric { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
    });
    cells.collect::<Vec<_>>().join("  ")
}
