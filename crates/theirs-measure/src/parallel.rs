//! Work that is dealt to threads without changing a bit of its result.
//!
//! Each result is worked out by one thread from its item alone, in the order of the rows, and put
//! back in the order of the items. Little work stays on the thread it came from, since starting
//! others would cost more. Price: shares are equal in number, not in work.

use std::num::NonZeroUsize;
use std::thread;

/// Below so many steps in all, no thread is started.
const LITTLE: usize = 1 << 20;

/// Applies a function of about so many steps to each item, dealt to as many threads as there are processors. Each result
/// is worked out by one thread from its item alone, so the number of threads changes no bit.
pub(crate) fn in_parallel<T: Copy + Sync, R: Send>(
    items: &[T],
    steps: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(16);
    if items.len() < 2 || threads < 2 || items.len() * steps < LITTLE {
        return items.iter().map(|item| work(*item)).collect();
    }
    let share = items.len().div_ceil(threads);
    thread::scope(|scope| {
        let started: Vec<_> = items
            .chunks(share)
            .map(|chunk| scope.spawn(|| chunk.iter().map(|item| work(*item)).collect::<Vec<R>>()))
            .collect();
        let joined = started.into_iter().flat_map(|thread| match thread.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_back_in_the_order_of_their_items() {
        let items: Vec<u32> = (0..1_000).collect();
        let doubled: Vec<u32> = items.iter().map(|item| 2 * item).collect();
        for steps in [1, LITTLE] {
            assert_eq!(in_parallel(&items, steps, |item| 2 * item), doubled);
        }
        assert!(in_parallel(&[] as &[u32], LITTLE, |item| item).is_empty());
    }
}
