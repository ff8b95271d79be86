//! One kind of what is to look at, page by page.

use theirs_rights::{Disputed, Doubt, Matter};
use theirs_words::capital;

/// How many of a kind a page has.
const LINES: usize = 50;
/// The word of values that somebody says are wrong.
const DISPUTED: &str = "disputed";

/// A kind, and the part of it that is shown.
pub(super) struct Kind<'a> {
    /// Its name in addresses.
    pub(super) word: &'static str,
    pub(super) called: &'static str,
    /// What settles one of them.
    pub(super) way_out: String,
    /// How many there are.
    pub(super) count: usize,
    /// Which page of it is shown, from 1.
    pub(super) page: usize,
    pub(super) disputed: Vec<&'a Disputed>,
    pub(super) matters: Vec<&'a Matter>,
}

impl Kind<'_> {
    pub(super) fn title(&self) -> String {
        capital(self.called)
    }

    pub(super) fn pages(&self) -> usize {
        self.count.div_ceil(LINES).max(1)
    }

    pub(super) fn before(&self) -> Option<usize> {
        (self.page > 1).then(|| self.page - 1)
    }

    pub(super) fn after(&self) -> Option<usize> {
        (self.page < self.pages()).then(|| self.page + 1)
    }
}

/// The kinds of which there is anything, each with its first page, but for the one that is asked for.
pub(super) fn kinds<'a>(
    disputed: &'a [Disputed],
    matters: &'a [Matter],
    (wanted, page): (Option<&str>, usize),
) -> Vec<Kind<'a>> {
    let page_of = |word: &str| if wanted == Some(word) { page } else { 1 };
    let (all, page) = part(disputed.iter().collect(), page_of(DISPUTED));
    let mut found = vec![Kind {
        word: DISPUTED,
        called: "said to be wrong",
        way_out: "These values are used for nothing until somebody decides, with a reason that the \
                  person reads. The person's number opens their record, where it is decided. They may \
                  wait a month at most."
            .to_owned(),
        count: disputed.len(),
        page,
        disputed: all,
        matters: Vec::new(),
    }];
    for doubt in Doubt::ALL {
        let all: Vec<&Matter> = matters.iter().filter(|one| one.doubt == doubt).collect();
        let count = all.len();
        let (all, page) = part(all, page_of(doubt.word()));
        found.push(Kind {
            word: doubt.word(),
            called: doubt.in_words(),
            way_out: format!("To settle one: {}.", doubt.way_out()),
            count,
            page,
            disputed: Vec::new(),
            matters: all,
        });
    }
    found.retain(|kind| kind.count > 0);
    found
}

/// A page of a list, and which one that is.
fn part<T>(all: Vec<T>, page: usize) -> (Vec<T>, usize) {
    let page = page.clamp(1, all.len().div_ceil(LINES).max(1));
    (all.into_iter().skip((page - 1) * LINES).take(LINES).collect(), page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_fifty_on_a_page_and_only_the_one_that_is_asked_for_turns() {
        let one = |number: i64| Disputed {
            person: format!("p-{number}"),
            column: "city".to_owned(),
            since: jiff::Timestamp::UNIX_EPOCH,
            has_proposal: false,
        };
        let disputed: Vec<Disputed> = (0..120).map(one).collect();
        let shown = |wanted, page| {
            let kinds = kinds(&disputed, &[], (wanted, page));
            assert_eq!(kinds.len(), 1, "of the others there is nothing");
            (kinds[0].page, kinds[0].disputed.len(), kinds[0].before(), kinds[0].after())
        };
        assert_eq!(shown(None, 0), (1, 50, None, Some(2)));
        assert_eq!(shown(Some("disputed"), 3), (3, 20, Some(2), None));
        assert_eq!(shown(Some("disputed"), 9), (3, 20, Some(2), None));
        assert_eq!(shown(Some("withheld"), 3), (1, 50, None, Some(2)));
    }
}
