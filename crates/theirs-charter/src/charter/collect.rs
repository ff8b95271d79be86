//! Which events of sites and apps become rows of a source.
//!
//! The names are those of Segment's specification, which others share: what an SDK calls is a
//! *call*, a site with its keys a *stream*.

/// Which events a source takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collect {
    /// The stream; its write keys are made by `theirs collect key add`.
    pub stream: String,
    /// The calls, none for all of them.
    pub calls: Vec<Call>,
    /// The names of the events, none for all of them.
    pub events: Vec<String>,
    /// Whether only what comes with a server's key is taken.
    pub by_server: bool,
}

/// What an SDK can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// Says who somebody is.
    Identify,
    /// Says what somebody did.
    Track,
    /// Says which page somebody looked at.
    Page,
    /// Says which screen of an app somebody looked at.
    Screen,
    /// Says to which group somebody belongs.
    Group,
    /// Says that two ids are one person's.
    Alias,
}

impl Call {
    /// Every call with its name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("identify", Self::Identify),
        ("track", Self::Track),
        ("page", Self::Page),
        ("screen", Self::Screen),
        ("group", Self::Group),
        ("alias", Self::Alias),
    ];

    /// The call of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, call)| *call)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let is_it = |(_, call): &&(&'static str, Self)| *call == self;
        Self::ALL.iter().find(is_it).map_or("", |(name, _)| name)
    }
}

impl Collect {
    /// By what an event names somebody who is signed in.
    pub const USER: &str = "userId";
    /// By what it names a browser or an app.
    pub const VISITOR: &str = "anonymousId";

    /// Whether an event of the stream is taken.
    pub fn takes(&self, call: Call, event: Option<&str>, by_server: bool) -> bool {
        (self.calls.is_empty() || self.calls.contains(&call))
            && (self.events.is_empty() || event.is_some_and(|name| self.has_event(name)))
            && (by_server || !self.by_server)
    }

    fn has_event(&self, name: &str) -> bool {
        self.events.iter().any(|known| known == name)
    }
}
