//! Who may do what, by the charter in force and the operator's policies beside it.
//!
//! A principal may have several roles, and what one of them permits is permitted, unless a policy of
//! the operator forbids it: of several roles that permit, the first in the order of the charter is the
//! one on record. What is unknown is refused. Cedar decides.

mod fault;
mod in_force;
mod operator;
mod policies;
mod rules;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

pub use self::fault::PolicyFault;
pub use self::in_force::{InForce, Judges, Moment, NecessityTest};
pub use self::policies::Policies;
use self::rules::{Act, Decided, Rules};
use crate::admission::Outside;
use crate::approval::{Gate, Marks, OnRecord, SubjectKind, UnknownSubject, gates};
use crate::asker::Asker;
use crate::charter::{Charter, Key, Limits, Purpose, Role};
use crate::permit::Refusal;

/// Everything that decides who may do what.
pub struct Authority {
    charter: Arc<Charter>,
    policies: Policies,
    rules: Rules,
    /// How the clauses stand that may need approval.
    gates: Vec<Gate>,
}

/// A principal's leave to use a purpose.
#[derive(Debug, Clone)]
pub struct Leave {
    /// The role under which it is permitted: the first in the charter's order of those that permit.
    pub role: Role,
    /// The purpose.
    pub purpose: Purpose,
}

impl Leave {
    /// What a purpose is to whoever writes the charter: under no role.
    pub fn unnarrowed(purpose: &Purpose) -> Self {
        let role = Role {
            name: String::new(),
            says: String::new(),
            purposes: Vec::new(),
            may_see_records: false,
            email: None,
            key: None,
            limits: Limits::MOST,
        };
        Self { role, purpose: purpose.clone() }
    }
}

impl Authority {
    /// The authority of a charter, narrowed by the operator's policies, as if it were the first of its
    /// folder.
    ///
    /// # Errors
    /// A policy permits, does not fit the schema, or names what the charter does not have: every
    /// problem of the first such file, with its line.
    pub fn new(charter: Arc<Charter>, policies: &Policies) -> Result<Self, PolicyFault> {
        let rules = Rules::new(&charter, policies)?;
        let gates = gates(&charter, &Marks::none(), &OnRecord::first(&charter));
        Ok(Self { charter, policies: policies.clone(), rules, gates })
    }

    /// The authority of a charter's text that was put in force once, of which nothing is on record:
    /// no purpose is open but a legal duty's, and nothing from outside is admitted.
    ///
    /// # Errors
    /// The charter does not read, or as [`Authority::new`].
    pub fn read(text: &str, policies: &Policies) -> Result<Self, PolicyFault> {
        let written = Charter::read_with("charter.yaml", text, Outside::AsApplied)?;
        let gates = gates(&written, &Marks::none(), &OnRecord::default());
        let acting = Arc::new(written.admitting(BTreeSet::new()));
        Ok(Self::new(acting, policies)?.held_by(gates))
    }

    /// The same authority, with clauses that stand so.
    #[must_use]
    pub fn held_by(self, gates: Vec<Gate>) -> Self {
        Self { gates, ..self }
    }

    /// How the clauses stand that may need approval.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// How the clause of this name stands, such as `purpose:birthday_offer`.
    ///
    /// # Errors
    /// There is none; the nearest that there is.
    pub fn gate(&self, given: &str) -> Result<&Gate, UnknownSubject> {
        let found = self.gates.iter().find(|gate| gate.subject.to_string() == given);
        found.ok_or_else(|| UnknownSubject::new(given, self.gates.iter().map(|one| &one.subject)))
    }

    /// The keys that a principal holds, by the roles of the charter.
    pub fn keys(&self, asker: &Asker) -> BTreeSet<Key> {
        let roles = self.charter.known_roles(asker).unwrap_or_default();
        roles.iter().filter_map(|role| role.key).collect()
    }

    /// The purposes that wait: for a key, for people to be told, or as one vetoed them.
    pub fn waiting_purposes(&self) -> BTreeSet<String> {
        let waits = |gate: &&Gate| gate.subject.kind == SubjectKind::Purpose && !gate.is_open();
        self.gates.iter().filter(waits).map(|gate| gate.subject.name.clone()).collect()
    }

    /// That a clause acts: nobody vetoed it, its keys are turned, its people told.
    fn is_open(&self, kind: SubjectKind, name: &str) -> Result<(), Refusal> {
        let is_meant = |gate: &&Gate| gate.subject.kind == kind && gate.subject.name == name;
        if let Some(gate) = self.gates.iter().find(is_meant) {
            return gate.refusal().map_or(Ok(()), Err);
        }
        let clause = format!("{}s.{name}", kind.word());
        let because = format!("how \"{name}\" stands is not known");
        let change = "`theirs pending` lists what waits, and for what".to_owned();
        Err(Refusal::new(&clause, because, change))
    }

    /// The charter.
    pub fn charter(&self) -> &Arc<Charter> {
        &self.charter
    }

    /// The operator's policies.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The leave of a principal to use a purpose.
    ///
    /// # Errors
    /// A refusal when the roles or the purpose are unknown, no role may use it, a policy forbids it, or
    /// it waits for approval.
    pub fn permit(&self, asker: &Asker, purpose: &str) -> Result<Arc<Leave>, Refusal> {
        let roles = self.charter.known_roles(asker)?;
        let known = self.charter.known_purpose(purpose)?;
        let otherwise = || Refusal::no_purpose(&roles, purpose);
        let role = self.role(asker, Act::Use(known), otherwise)?;
        if known.tests().is_some() {
            return Err(Refusal::only_a_verdict(purpose));
        }
        self.is_open(SubjectKind::Purpose, purpose)?;
        Ok(Arc::new(Leave { role, purpose: known.clone() }))
    }

    /// The leave of a principal to have data from outside tested for a purpose that is there for it.
    ///
    /// # Errors
    /// As [`Authority::permit`]; and a refusal when the purpose tests nothing, when its time is over,
    /// or when what it tests is vetoed.
    pub fn permit_trial(
        &self,
        asker: &Asker,
        purpose: &str,
        today: Date,
    ) -> Result<Arc<Leave>, Refusal> {
        let roles = self.charter.known_roles(asker)?;
        let known = self.charter.known_purpose(purpose)?;
        let trial = known.tests().ok_or_else(|| Refusal::no_trial(purpose))?;
        let otherwise = || Refusal::no_purpose(&roles, purpose);
        let role = self.role(asker, Act::Use(known), otherwise)?;
        self.is_open(SubjectKind::Purpose, purpose)?;
        if today >= trial.ends {
            return Err(Refusal::trial_is_over(purpose, trial));
        }
        let source = |gate: &&Gate| {
            gate.subject.kind == SubjectKind::Source && gate.subject.name == trial.source
        };
        // Whether the source itself has its keys is a question for after the verdict; a veto stops both.
        let vetoed = self.gates.iter().find(source).filter(|gate| gate.veto.is_some());
        match vetoed.and_then(Gate::refusal) {
            Some(refusal) => Err(refusal),
            None => Ok(Arc::new(Leave { role, purpose: known.clone() })),
        }
    }

    /// The leave of a principal for each purpose that it may use, in the order of its roles in the
    /// charter.
    pub fn leaves(&self, asker: &Asker) -> Vec<Arc<Leave>> {
        let roles = self.charter.known_roles(asker).unwrap_or_default();
        let mut names: Vec<&String> = Vec::new();
        for name in roles.iter().flat_map(|role| &role.purposes) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.into_iter().filter_map(|name| self.permit(asker, name).ok()).collect()
    }

    /// The role under which a principal may open one person's whole record.
    ///
    /// # Errors
    /// A refusal when no role is known, none may, or a policy forbids it.
    pub fn permit_record(&self, asker: &Asker) -> Result<Role, Refusal> {
        let roles = self.charter.known_roles(asker)?;
        self.role(asker, Act::Open, || Refusal::no_records(&roles))
    }

    /// Whether a principal may give a recipient what is seen for a purpose.
    ///
    /// # Errors
    /// A refusal when the charter does not list the recipient there, a policy forbids it, or it waits
    /// for approval.
    pub fn permit_share(
        &self,
        asker: &Asker,
        purpose: &Purpose,
        recipient: &str,
    ) -> Result<(), Refusal> {
        let unlisted = || Refusal::no_recipient(purpose, recipient);
        self.charter.recipient(recipient).ok_or_else(unlisted)?;
        match self.rules.decide(asker, Act::Share(purpose, recipient)) {
            Decided::Permitted(_) => self.is_open(SubjectKind::Recipient, recipient),
            Decided::NotPermitted => Err(unlisted()),
            Decided::Forbidden(refusal) => Err(refusal),
        }
    }

    /// Whether what was released for a purpose may leave still: it acts, and still lists these
    /// columns and, by their names, these recipients, who act too. Who released it asked for leave
    /// then; a policy that forbids just them counts from their next release on.
    pub fn still_permits(&self, purpose: &str, columns: &[String], recipients: &[String]) -> bool {
        let Some(known) = self.charter.purpose(purpose) else { return false };
        let is_granted = |column: &String| known.columns.iter().any(|g| g.column == *column);
        let is_given = |name: &String| {
            let mut all = self.charter.recipients.iter().filter(|one| one.name == *name);
            all.any(|one| {
                known.recipients.contains(&one.key)
                    && self.is_open(SubjectKind::Recipient, &one.key).is_ok()
            })
        };
        self.is_open(SubjectKind::Purpose, purpose).is_ok()
            && columns.iter().all(is_granted)
            && recipients.iter().all(is_given)
    }

    /// The first role of the charter by which somebody may do something.
    fn role(
        &self,
        asker: &Asker,
        act: Act<'_>,
        otherwise: impl FnOnce() -> Refusal,
    ) -> Result<Role, Refusal> {
        match self.rules.decide(asker, act) {
            Decided::Permitted(by) => {
                let role = by.first().and_then(|at| self.charter.roles.get(*at));
                role.cloned().ok_or_else(otherwise)
            }
            Decided::NotPermitted => Err(otherwise()),
            Decided::Forbidden(refusal) => Err(refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::read::tests::sample;

    fn with(text: &str) -> Result<Authority, PolicyFault> {
        let file = ("house.cedar".to_owned(), text.to_owned());
        Authority::new(Arc::new(sample()), &Policies::of([file].into()))
    }

    fn of_sample(text: &str) -> Authority {
        with(text).unwrap_or_else(|fault| panic!("{fault}"))
    }

    fn usable(authority: &Authority, asker: &Asker) -> Vec<String> {
        let leaves = authority.leaves(asker);
        leaves.iter().map(|leave| leave.purpose.name.clone()).collect()
    }

    fn refused(text: &str) -> String {
        with(text).err().expect("the policies are at fault").to_string()
    }

    #[test]
    fn what_one_of_several_roles_permits_is_permitted_and_the_role_is_named() {
        let authority = of_sample("");
        let both = Asker::new("ana", ["privacy", "service", "marketing"]);
        let role = |purpose| authority.permit(&both, purpose).map(|leave| leave.role.name.clone());
        assert_eq!(role("birthday_offer").as_deref(), Ok("marketing"));
        assert_eq!(role("fulfil_order").as_deref(), Ok("service"));
        assert_eq!(authority.permit_record(&both).map(|role| role.name).as_deref(), Ok("privacy"));
        let two = Asker::new("ana", ["analyst", "marketing"]);
        let figures = authority.permit(&two, "shop_figures").expect("both may");
        assert_eq!(figures.role.name, "marketing", "the first in the charter, whatever is given");
        assert_snapshot!(authority.permit(&two, "fulfil_order").expect_err("neither may"), @r#"refused: the roles "marketing", "analyst" may not use "fulfil_order" (clause roles.marketing.purposes); the charter would have to list fulfil_order under one of them"#);
        assert_eq!(
            usable(&authority, &two),
            ["birthday_offer", "book_card", "reading_tips", "shop_figures", "town_figures"]
        );
    }

    #[test]
    fn a_recipient_is_given_only_what_a_purpose_lists_it_for() {
        let charter = sample();
        let authority = of_sample("");
        let ana = Asker::new("ana", ["marketing"]);
        let offer = charter.purpose("birthday_offer").expect("the sample has it");
        assert!(authority.permit_share(&ana, offer, "royal_letters").is_ok());
        let figures = charter.purpose("shop_figures").expect("the sample has it");
        assert!(authority.permit_share(&ana, figures, "royal_letters").is_err());
    }

    #[test]
    fn a_policy_takes_away_what_the_charter_permits_and_says_why() {
        let authority = of_sample(
            r#"// Nobody sees addresses of mail in the holidays.
@because("e-mail addresses rest until the audit is over")
forbid (principal, action == Action::"use", resource) when { resource.categories.contains("contact.email") };

forbid (principal == Principal::"ana", action == Action::"open", resource);
forbid (principal in Role::"marketing", action == Action::"share", resource == Recipient::"royal_letters");
"#,
        );
        let ana = Asker::new("ana", ["marketing", "service", "privacy"]);
        let noor = Asker::new("noor", ["privacy"]);
        assert_snapshot!(authority.permit(&ana, "fulfil_order").expect_err("forbidden"), @"refused: e-mail addresses rest until the audit is over (clause policies/house.cedar:2); that policy would have to be changed");
        assert_snapshot!(authority.permit_record(&ana).expect_err("forbidden"), @"refused: a policy of ours forbids it (clause policies/house.cedar:5); that policy would have to be changed");
        assert!(authority.permit_record(&noor).is_ok());
        assert!(authority.permit(&ana, "shop_figures").is_ok());
        let charter = sample();
        let offer = charter.purpose("birthday_offer").expect("the sample has it");
        assert_snapshot!(authority.permit_share(&ana, offer, "royal_letters").expect_err("forbidden"), @"refused: a policy of ours forbids it (clause policies/house.cedar:6); that policy would have to be changed");
        let usable = usable(&authority, &ana);
        assert!(!usable.contains(&"fulfil_order".to_owned()), "{usable:?}");
    }

    #[test]
    fn a_policy_that_permits_or_says_what_cannot_be_is_refused_with_its_line() {
        assert_snapshot!(refused("permit (principal, action, resource);"), @"
policies/house.cedar:1:1: a policy beside the charter can only forbid
  1 | permit (principal, action, resource);
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ what is permitted stands in charter.yaml, where clients are told of it
");
        assert_snapshot!(refused("forbid (principal in Role::\"markting\", action, resource);"), @r#"
policies/house.cedar:1:1: the charter has no role "markting"
  1 | forbid (principal in Role::"markting", action, resource);
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean "marketing"?
"#);
        assert_snapshot!(refused("\nforbid (principal, action == Action::\"use\", resource)\nwhen { resource.catgories.contains(\"contact\") };"), @r#"
policies/house.cedar:3:8: attribute `catgories` on entity type `Purpose` not found
  3 | when { resource.catgories.contains("contact") };
    |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `categories`?
"#);
        assert_snapshot!(refused("forbid (principal, action == Action::\"sell\", resource);"), @r#"
policies/house.cedar:1:30: unrecognized action `Action::"sell"`
  1 | forbid (principal, action == Action::"sell", resource);
    |                              ^^^^^^^^^^^^^^ did you mean `Action::"use"`?
"#);
        assert_snapshot!(refused("forbid (principal, action, resource) when { resource.basis == \"consent\" };"), @r#"
policies/house.cedar:1:45: attribute `basis` on entity type `Recipient` not found
  1 | forbid (principal, action, resource) when { resource.basis == "consent" };
    |                                             ^^^^^^^^^^^^^^ did you mean `role`?
policies/house.cedar:1:45: attribute `basis` on entity type `Records` not found
  1 | forbid (principal, action, resource) when { resource.basis == "consent" };
    |                                             ^^^^^^^^^^^^^^
"#);
        assert_snapshot!(refused("forbid (principal in ?principal, action, resource);"), @"
policies/house.cedar:1:1: a policy with ?principal or ?resource is never filled in
  1 | forbid (principal in ?principal, action, resource);
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ name the role or the purpose itself
");
        assert_snapshot!(refused("forbid (principal, action, resource)"), @"
policies/house.cedar:1:37: unexpected end of input
  1 | forbid (principal, action, resource)
    |                                     ^
");
        assert_snapshot!(refused("forbid (principal == Recipient::\"royal_letters\", action, resource);"), @r#"
policies/house.cedar:1:1: policy is impossible: the policy expression evaluates to false for all valid requests
  1 | forbid (principal == Recipient::"royal_letters", action, resource);
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
policies/house.cedar:1:1: unable to find an applicable action given the policy scope constraints
  1 | forbid (principal == Recipient::"royal_letters", action, resource);
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"#);
    }

    #[test]
    fn names_of_a_charter_are_values_and_never_text_of_a_policy() {
        let authority = of_sample("");
        let odd =
            Asker::new("x\" , action, resource); permit(principal", ["marketing\"", "analyst"]);
        assert!(authority.permit(&odd, "fulfil_order").is_err());
        assert!(authority.permit(&odd, "town_figures").is_ok());
    }
}
