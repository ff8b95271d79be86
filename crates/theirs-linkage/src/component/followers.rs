//! Records that join a person and decide about nobody: of sources that nothing may be learnt from.
//!
//! Clusters are formed as if they were not there. Then each goes to the cluster towards whose records its
//! mean probability is highest, if that reaches the threshold; so it can be told to its person, and puts
//! no two others together, nor apart.

use std::collections::BTreeMap;

use super::Component;
use crate::cluster::{Bond, Clustering, cluster};
use crate::judgement::Verdict;

/// A follower with how surely it belongs to the cluster it went to.
pub(super) type Follower = (u32, f64);

impl Component {
    /// The clusters of those that lead, with those that follow laid beside them.
    pub(super) fn led(&self, threshold: f64, follows: &[bool]) -> (Clustering, Vec<Follower>) {
        let leads = |a: u32, b: u32| !follows[a as usize] && !follows[b as usize];
        let links: Vec<_> =
            self.links.iter().filter(|link| leads(link.a, link.b)).copied().collect();
        let bonds: Vec<(usize, Bond)> = self
            .bonds
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, bond)| leads(bond.a, bond.b))
            .collect();
        let between: Vec<Bond> = bonds.iter().map(|(_, bond)| *bond).collect();
        let mut found = cluster(self.members.len(), &links, &between, threshold);
        for at in &mut found.refused {
            *at = bonds[*at].0;
        }
        let mut sizes: BTreeMap<u32, f64> = BTreeMap::new();
        for (name, _) in found.cluster.iter().zip(follows).filter(|(_, follows)| !**follows) {
            *sizes.entry(*name).or_default() += 1.0;
        }
        let mut followers = Vec::new();
        for (follower, _) in (0..).zip(follows).filter(|(_, follows)| **follows) {
            if let Some((name, sure)) = self.with_whom(follower, follows, &found, &sizes, threshold)
            {
                followers.push((follower, name, sure));
            }
        }
        for (follower, name, _) in &followers {
            found.cluster[*follower as usize] = *name;
            found.parts[*follower as usize] = *name;
        }
        rename(&mut found.cluster);
        rename(&mut found.parts);
        (found, followers.into_iter().map(|(follower, _, sure)| (follower, sure)).collect())
    }

    /// The cluster of leaders to which a follower goes.
    fn with_whom(
        &self,
        follower: u32,
        follows: &[bool],
        found: &Clustering,
        sizes: &BTreeMap<u32, f64>,
        threshold: f64,
    ) -> Option<(u32, f64)> {
        let other = |a: u32, b: u32| match (a == follower, b == follower) {
            (true, false) => Some(b),
            (false, true) => Some(a),
            _ => None,
        };
        let leader = |a, b| other(a, b).filter(|&other| !follows[other as usize]);
        let mut means: BTreeMap<u32, f64> = BTreeMap::new();
        for link in &self.links {
            if let Some(leader) = leader(link.a, link.b) {
                let name = found.cluster[leader as usize];
                *means.entry(name).or_default() += link.probability / sizes[&name];
            }
        }
        for bond in &self.bonds {
            if let Some(leader) = leader(bond.a, bond.b) {
                let name = found.cluster[leader as usize];
                match bond.verdict {
                    Verdict::Different => means.insert(name, f64::NEG_INFINITY),
                    Verdict::Same if means.get(&name) == Some(&f64::NEG_INFINITY) => None,
                    Verdict::Same => means.insert(name, f64::INFINITY),
                };
            }
        }
        let surer = |best: (u32, f64), next: (u32, f64)| if next.1 > best.1 { next } else { best };
        let (name, mean) = means.into_iter().reduce(surer)?;
        (mean >= threshold).then_some((name, mean.min(1.0)))
    }
}

/// Names each cluster by its smallest member.
fn rename(names: &mut [u32]) {
    let mut smallest: BTreeMap<u32, u32> = BTreeMap::new();
    for (member, name) in (0..).zip(names.iter()) {
        smallest.entry(*name).or_insert(member);
    }
    for name in names {
        *name = smallest[name];
    }
}
