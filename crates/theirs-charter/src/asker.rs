//! Who asks.

/// An authenticated principal with its roles. Only the wiring, which checked the token, makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asker {
    /// The principal's name.
    pub name: String,
    /// Its roles in the charter.
    pub roles: Vec<String>,
}

impl Asker {
    /// A principal of some roles.
    pub fn new(name: &str, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { name: name.to_owned(), roles: roles.into_iter().map(Into::into).collect() }
    }
}
