//! Who asks: a user of one org, with what the user may do there.

use std::sync::Arc;

use openlma_core::access::{Permission, Permissions};
use openlma_core::rules::By;
use openlma_core::{Code, Error, Id, Result};

use crate::org_context::OrgContext;

/// The org that stands for the server itself: operators are its users (R-ORG-7). It has no
/// records and no row among the orgs.
pub const SERVER_ORG: &str = "00D000000000000";

/// A user who asks for something, in the org of the token (R-ORG-4: the token selects the org).
#[derive(Clone)]
pub struct Actor {
    /// The user's org, with its settings.
    pub org: Arc<OrgContext>,
    /// The user.
    pub user: Id,
    /// What the user may do.
    pub permissions: Arc<Permissions>,
}

impl Actor {
    /// The id of the actor's org.
    #[must_use]
    pub fn org_id(&self) -> Id {
        self.org.id
    }

    /// Insists on a named permission.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY`, naming the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.permissions.may(permission) {
            return Ok(());
        }
        Err(Error::new(
            Code::InsufficientAccess,
            format!("this needs the permission {permission}; an administrator can grant it"),
        ))
    }

    /// How the rules see this user.
    #[must_use]
    pub fn by(&self) -> By {
        By::Person {
            modify_all: self.permissions.may(Permission::ModifyAllData),
        }
    }

    /// The license management app itself, working in an org.
    #[must_use]
    pub(crate) fn lma(org: &Arc<OrgContext>) -> Writer {
        Writer {
            org: Arc::clone(org),
            user: org.lma_user.unwrap_or(org.id),
            permissions: Arc::new(Permissions::system()),
            by: By::Lma,
        }
    }

    /// This user as the author of a save.
    #[must_use]
    pub(crate) fn writer(&self) -> Writer {
        Writer {
            org: Arc::clone(&self.org),
            user: self.user,
            permissions: Arc::clone(&self.permissions),
            by: self.by(),
        }
    }
}

/// Who writes records: a person, or the license management app's automated user.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) org: Arc<OrgContext>,
    pub(crate) user: Id,
    pub(crate) permissions: Arc<Permissions>,
    pub(crate) by: By,
}

/// An operator of the server (R-ORG-7): reads no records.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    /// The operator's user id.
    pub user: Id,
}

/// Who a token stands for.
#[derive(Clone)]
pub enum Caller {
    /// A user of an org.
    User(Actor),
    /// An operator.
    Operator(Operator),
}

impl Caller {
    /// The id of the org; the server's own for operators.
    #[must_use]
    pub fn org_id(&self) -> Id {
        match self {
            Caller::User(actor) => actor.org.id,
            Caller::Operator(_) => server_org(),
        }
    }

    /// The user's id.
    #[must_use]
    pub fn user_id(&self) -> Id {
        match self {
            Caller::User(actor) => actor.user,
            Caller::Operator(operator) => operator.user,
        }
    }
}

/// [`SERVER_ORG`] as an id.
#[must_use]
pub fn server_org() -> Id {
    // The text is a constant of fifteen letters and digits.
    Id::from_stored(SERVER_ORG).unwrap_or_else(|| unreachable!("a constant id"))
}
