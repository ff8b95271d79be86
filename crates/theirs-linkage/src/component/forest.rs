//! Union–find: what is connected, directly or through others.

/// Trees of records; each is called by its smallest record.
pub(super) struct Forest {
    parents: Vec<u32>,
}

/// The trees of two or more records, by their smallest record, and who is where.
pub(super) struct Trees {
    pub(super) members: Vec<Vec<u32>>,
    pub(super) places: Places,
}

/// Per record: its tree and its place in it.
pub(super) struct Places(Vec<(u32, u32)>);

/// The tree of a record that nothing is connected with.
const ALONE: u32 = u32::MAX;

impl Forest {
    pub(super) fn new(records: usize) -> Self {
        Self { parents: (0..u32::try_from(records).unwrap_or(u32::MAX)).collect() }
    }

    /// Joins the trees of two records.
    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }

    /// Numbers the trees of two or more by their smallest records.
    pub(super) fn trees(mut self) -> Trees {
        let records = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        let roots: Vec<u32> = (0..records).map(|record| self.root(record)).collect();
        let mut sizes = vec![0_u32; roots.len()];
        for &root in &roots {
            sizes[root as usize] += 1;
        }
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut places = vec![(ALONE, 0); roots.len()];
        for (record, &root) in (0..).zip(&roots).filter(|(_, root)| sizes[**root as usize] > 1) {
            if root == record {
                places[root as usize].0 = u32::try_from(members.len()).unwrap_or(u32::MAX);
                members.push(Vec::with_capacity(sizes[root as usize] as usize));
            }
            let tree = places[root as usize].0;
            let members = &mut members[tree as usize];
            places[record as usize] = (tree, u32::try_from(members.len()).unwrap_or(u32::MAX));
            members.push(record);
        }
        Trees { members, places: Places(places) }
    }

    fn root(&mut self, mut record: u32) -> u32 {
        while self.parents[record as usize] != record {
            let above = self.parents[self.parents[record as usize] as usize];
            self.parents[record as usize] = above;
            record = above;
        }
        record
    }
}

impl Places {
    /// The tree that two records are both in, with their places.
    pub(super) fn common(&self, a: u32, b: u32) -> Option<(usize, u32, u32)> {
        let ((tree, left), (other, right)) = (self.0[a as usize], self.0[b as usize]);
        (tree == other && tree != ALONE).then_some((tree as usize, left, right))
    }
}
