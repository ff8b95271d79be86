//! A paper as Markdown (`CommonMark`, with tables as GitHub has them).

use std::fmt::Write;

use crate::paper::{Block, Paper};

impl Paper {
    /// The paper as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", plain(&self.title));
        for lead in &self.lead {
            let _ = writeln!(text, "{}\n", plain(lead));
        }
        for section in &self.sections {
            let _ = writeln!(text, "## {}\n", plain(&section.heading));
            section.blocks.iter().for_each(|block| write(block, &mut text));
        }
        let _ = writeln!(text, "---\n\n{}", plain(&self.foot));
        text
    }
}

fn write(block: &Block, text: &mut String) {
    let _ = match block {
        Block::Heading(heading) => writeln!(text, "### {}\n", plain(heading)),
        Block::Text(said) | Block::Small(said) => writeln!(text, "{}\n", plain(said)),
        Block::Strong(said) => writeln!(text, "**{}**\n", plain(said)),
        Block::Count(said) => writeln!(text, "> {}\n", plain(said)),
        Block::Facts(facts) => {
            for (name, fact) in facts {
                let _ = writeln!(text, "* {}: {}", plain(name), plain(fact));
            }
            writeln!(text)
        }
        Block::List(items) => {
            for item in items {
                let _ = writeln!(text, "* {}", plain(item));
            }
            writeln!(text)
        }
        Block::Table { head, rows, .. } => {
            row(head, text);
            row(&vec!["---".to_owned(); head.len()], text);
            for cells in rows {
                let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
                row(&cells, text);
            }
            writeln!(text)
        }
    };
}

fn row(cells: &[String], text: &mut String) {
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// A text in which nothing means anything to Markdown, or to HTML within it.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' => {
                safe.push('\\');
                safe.push(letter);
            }
            '\n' | '\r' => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::paper::Section;

    #[test]
    fn nothing_of_a_charter_means_anything_to_markdown() {
        let mut section = Section::new("a", "What *we* do".into());
        section.text("<script>alert(1)</script> [a](http://x.example) a_b");
        section.strong("No.");
        section.blocks.push(Block::Table {
            caption: "Kinds".into(),
            head: vec!["Kind".into()],
            rows: vec![vec!["a|b".into()]],
        });
        let paper = Paper { title: "A".into(), sections: vec![section], ..Paper::default() };
        assert_snapshot!(paper.markdown(), @r"
        # A

        ## What \*we\* do

        \<script\>alert(1)\</script\> \[a\](http://x.example) a\_b

        **No.**

        | Kind |
        | --- |
        | a\|b |

        ---
        ");
    }
}
