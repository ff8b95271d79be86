//! Many callers, one flush: whoever comes first writes for all who wait.
//!
//! While one caller is at the disk, others line up; the next one of them takes everybody's entries
//! in one go. No thread of its own is needed, and a lone caller waits for nobody.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The most records that are taken in one go, unless one caller alone brings more.
const MOST_RECORDS: usize = 4_096;

/// The line of callers; `T` is what they bring, `A` what they get.
pub(crate) struct Queue<T, A> {
    line: Mutex<Line<T, A>>,
    moved: Condvar,
}

struct Line<T, A> {
    next: u64,
    waiting: VecDeque<(u64, Vec<T>)>,
    answers: HashMap<u64, A>,
    is_led: bool,
}

impl<T, A> Default for Queue<T, A> {
    fn default() -> Self {
        let line =
            Line { next: 0, waiting: VecDeque::new(), answers: HashMap::new(), is_led: false };
        Self { line: Mutex::new(line), moved: Condvar::new() }
    }
}

impl<T, A> Queue<T, A> {
    /// Brings a group, and returns when it was answered: by `commit` here, for all who wait, or by
    /// another caller's. `commit` answers as many groups as it is given, in their order.
    pub(crate) fn bring(
        &self,
        group: Vec<T>,
        commit: impl Fn(Vec<Vec<T>>) -> Vec<A>,
        lost: impl Fn() -> A,
    ) -> A {
        let mut line = self.line();
        let ticket = line.next;
        line.next += 1;
        line.waiting.push_back((ticket, group));
        loop {
            if let Some(answer) = line.answers.remove(&ticket) {
                return answer;
            }
            if line.is_led {
                line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            line.is_led = true;
            let (tickets, groups) = line.take();
            drop(line);
            let mut lead = Lead { queue: self, tickets, answers: Vec::new(), lost: &lost };
            lead.answers = commit(groups);
            drop(lead);
            line = self.line();
        }
    }

    fn line(&self) -> MutexGuard<'_, Line<T, A>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, A> Line<T, A> {
    /// Takes those at the front.
    fn take(&mut self) -> (Vec<u64>, Vec<Vec<T>>) {
        let (mut tickets, mut groups, mut records) = (Vec::new(), Vec::new(), 0);
        while let Some((ticket, group)) = self.waiting.pop_front() {
            records += group.len();
            tickets.push(ticket);
            groups.push(group);
            if records >= MOST_RECORDS {
                break;
            }
        }
        (tickets, groups)
    }
}

/// Whoever writes for all; if it is dropped before there are answers, as by a panic, those who wait
/// are told that their groups are lost.
struct Lead<'a, T, A, L: Fn() -> A> {
    queue: &'a Queue<T, A>,
    tickets: Vec<u64>,
    answers: Vec<A>,
    lost: &'a L,
}

impl<T, A, L: Fn() -> A> Drop for Lead<'_, T, A, L> {
    fn drop(&mut self) {
        let mut line = self.queue.line();
        let mut answers = std::mem::take(&mut self.answers).into_iter();
        for ticket in &self.tickets {
            line.answers.insert(*ticket, answers.next().unwrap_or_else(self.lost));
        }
        line.is_led = false;
        drop(line);
        self.queue.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn many_callers_are_answered_by_fewer_commits_each_with_their_own() {
        let queue: Queue<u64, u64> = Queue::default();
        let commits = AtomicUsize::new(0);
        let commit = |groups: Vec<Vec<u64>>| {
            commits.fetch_add(1, Ordering::SeqCst);
            std::thread::yield_now();
            groups.into_iter().map(|group| group.iter().sum()).collect()
        };
        std::thread::scope(|scope| {
            for caller in 0..8 {
                let (queue, commit) = (&queue, &commit);
                scope.spawn(move || {
                    for number in 0..200 {
                        let answer = queue.bring(vec![caller * 1000, number], commit, || 0);
                        assert_eq!(answer, caller * 1000 + number);
                    }
                });
            }
        });
        assert!(commits.load(Ordering::SeqCst) <= 1_600);
        assert!(queue.line().answers.is_empty());
    }

    #[test]
    fn whoever_waits_on_a_panic_is_told() {
        let queue: Queue<u64, Option<u64>> = Queue::default();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            queue.bring(vec![1], |_| panic!("on purpose"), || None)
        }));
        assert!(panicked.is_err());
        assert_eq!(
            queue.bring(vec![2], |groups| vec![groups[0].first().copied()], || None),
            Some(2)
        );
    }
}
