//! Numbers grouped under other numbers, in two flat lists.

/// For each group, its members in the order they were given.
pub(super) struct Groups {
    members: Vec<u32>,
    starts: Vec<u32>,
}

/// Is in no group.
pub(super) const NONE: u32 = u32::MAX;

impl Groups {
    /// Groups positions by the group that each is in, if any.
    pub(super) fn new(groups: usize, group_of: impl Iterator<Item = Option<u32>> + Clone) -> Self {
        let mut starts = vec![0_u32; groups + 1];
        for group in group_of.clone().flatten() {
            starts[group as usize + 1] += 1;
        }
        for group in 0..groups {
            starts[group + 1] += starts[group];
        }
        let mut next = starts.clone();
        let mut members = vec![0; starts[groups] as usize];
        for (position, group) in (0..).zip(group_of) {
            let Some(group) = group else { continue };
            let at = &mut next[group as usize];
            members[*at as usize] = position;
            *at += 1;
        }
        Self { members, starts }
    }

    /// The number of groups.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The members of a group.
    pub(super) fn of(&self, group: usize) -> &[u32] {
        &self.members[self.starts[group] as usize..self.starts[group + 1] as usize]
    }
}

/// The components of two records or more that ties make, and the component of each record, `NONE`
/// for one on its own.
pub(super) fn components(
    records: usize,
    ties: impl Iterator<Item = (u32, u32)>,
) -> (Groups, Vec<u32>) {
    let mut parents: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
    let mut is_tied = vec![false; records];
    for (a, b) in ties {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        if a != b {
            parents[a.max(b) as usize] = a.min(b);
            is_tied[a.min(b) as usize] = true;
        }
    }
    let mut number_of = vec![NONE; records];
    let (mut component_of, mut groups) = (Vec::with_capacity(records), 0);
    for record in 0..u32::try_from(records).unwrap_or(u32::MAX) {
        let root = root(&mut parents, record) as usize;
        if number_of[root] == NONE && is_tied[root] {
            number_of[root] = groups;
            groups += 1;
        }
        component_of.push(number_of[root]);
    }
    let group_of = component_of.iter().map(|&number| Some(number).filter(|&at| at != NONE));
    (Groups::new(groups as usize, group_of), component_of)
}

fn root(parents: &mut [u32], mut record: u32) -> u32 {
    while parents[record as usize] != record {
        let parent = parents[record as usize];
        parents[record as usize] = parents[parent as usize];
        record = parents[record as usize];
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_make_components_and_those_on_their_own_have_none() {
        let (groups, component_of) = components(6, [(4, 1), (2, 3), (1, 5)].into_iter());
        assert_eq!(groups.len(), 2);
        assert_eq!((groups.of(0), groups.of(1)), (&[1, 4, 5][..], &[2, 3][..]));
        assert_eq!(component_of, [NONE, 0, 1, 1, 0, 0]);
    }
}
