//! The corpus of attacks, in the text files of `tests/bypass`: one file for each family.
//!
//! The first line of a block says who asks and what for: `ROLE gets TEXT` wants a text that only
//! hidden people have, or that is finer than a purpose may see; `ROLE tells` wants an answer that
//! depends on it. Every further line is an attack; a line that begins with `;;` is the next
//! statement of the one above. `each NAME = a | b` makes one attack of a line for each value of
//! `{NAME}`; `{20*text}` is that text twenty times. `{FOLDER}` stands until an attack is run.

use std::collections::BTreeSet;
use std::path::Path;

/// One attack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attack {
    pub family: String,
    pub role: String,
    pub aim: Aim,
    /// Whether it succeeds where nothing guards; `vain.txt` lists those that do not.
    pub counts: bool,
    statements: Vec<String>,
}

/// What an attack wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aim {
    /// A text in a reply.
    Gets(String),
    /// A reply that differs between two worlds which show the same.
    Tells,
}

impl Attack {
    /// The statements, with the files of a folder.
    pub fn statements(&self, folder: &Path) -> Vec<String> {
        let folder = folder.to_str().unwrap();
        self.statements.iter().map(|sql| sql.replace("{FOLDER}", folder)).collect()
    }

    /// Whether it says a text itself.
    pub fn says(&self, text: &str) -> bool {
        self.statements.iter().any(|sql| sql.contains(text))
    }
}

/// All attacks, each once.
pub fn read() -> Vec<Attack> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../theirs-query/tests/bypass");
    let vain = std::fs::read_to_string(format!("{folder}/vain.txt")).unwrap();
    let vain: BTreeSet<&str> = vain.lines().collect();
    let mut attacks = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let Some((_, family)) = name.split_once('-') else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        let plain: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        for block in plain.join("\n").split("\n\n").filter(|block| !block.trim().is_empty()) {
            attacks.extend(attacks_of(family, block.trim()));
        }
    }
    let judged = |mut attack: Attack| {
        attack.counts = !vain.contains(attack.statements.join(" ;; ").as_str());
        attack
    };
    attacks.into_iter().map(judged).collect()
}

fn attacks_of(family: &str, block: &str) -> Vec<Attack> {
    let mut lines = block.lines();
    let (role, aim) = lines.next().unwrap().split_once(' ').unwrap();
    let aim = if let Some(text) = aim.strip_prefix("gets ") {
        Aim::Gets(text.to_owned())
    } else {
        assert_eq!(aim, "tells", "{block}");
        Aim::Tells
    };
    let mut places: Vec<(String, Vec<&str>)> = Vec::new();
    let mut scripts: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        if let Some((name, values)) = line.strip_prefix("each ").and_then(|l| l.split_once(" = ")) {
            places.push((format!("{{{name}}}"), values.split(" | ").collect()));
        } else if let Some(next) = line.trim_start().strip_prefix(";; ") {
            scripts.last_mut().unwrap().push(next);
        } else {
            scripts.push(vec![line]);
        }
    }
    let attack = |statements: Vec<String>| Attack {
        family: family.to_owned(),
        role: role.to_owned(),
        aim: aim.clone(),
        counts: true,
        statements: statements.iter().map(|sql| repeated(sql)).collect(),
    };
    let filled = |script: &Vec<&str>| filled(script, &places).into_iter().map(attack);
    scripts.iter().flat_map(filled).collect()
}

/// A script with every choice of values for its places.
fn filled(script: &[&str], places: &[(String, Vec<&str>)]) -> Vec<Vec<String>> {
    let mut scripts = vec![script.iter().map(|sql| (*sql).to_owned()).collect::<Vec<_>>()];
    // A value may have places of its own, which are filled last.
    for (place, values) in places.iter().rev() {
        let choices = |script: &Vec<String>| -> Vec<Vec<String>> {
            if !script.iter().any(|sql| sql.contains(place)) {
                return vec![script.clone()];
            }
            let with = |value: &&str| script.iter().map(|sql| sql.replace(place, value)).collect();
            values.iter().map(with).collect()
        };
        scripts = scripts.iter().flat_map(choices).collect();
    }
    scripts
}

fn repeated(sql: &str) -> String {
    let sql = sql.replace("{NEWLINE}", "\n").replace("{TAB}", "\t");
    let mut whole = String::new();
    let mut rest = sql.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        whole.push_str(before);
        let (inside, left) = after.split_once('}').unwrap_or((after, ""));
        match inside.split_once('*').and_then(|(n, text)| Some((n.parse().ok()?, text))) {
            Some((times, text)) => whole.push_str(&text.repeat(times)),
            None => whole.extend(["{", inside, "}"]),
        }
        rest = left;
    }
    whole + rest
}

/// Every attack if `THEIRS_BYPASS` is `all`, else each fifth.
#[allow(dead_code, reason = "in process all are asked, over the wire a slice")]
pub fn slice() -> Vec<Attack> {
    let step = if std::env::var("THEIRS_BYPASS").is_ok_and(|text| text == "all") { 1 } else { 5 };
    read().into_iter().step_by(step).collect()
}
