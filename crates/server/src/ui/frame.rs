//! What stands around every page of an org: whose org it is, the tabs, the user's menu.

use openlma_core::access::FieldAccess;
use openlma_core::org::OrgStatus;

use super::assets::{self, Addresses};
use super::layout;
use super::reading::Reading;
use super::visitor::Visitor;
use crate::state::State;

/// The frame of one page.
pub(super) struct Frame {
    pub(super) assets: &'static Addresses,
    /// `/o/<domain>`
    pub(super) base: String,
    pub(super) org_name: String,
    pub(super) environment: Option<Environment>,
    pub(super) tabs: Vec<Tab>,
    pub(super) user_name: String,
    pub(super) initials: String,
    pub(super) form_token: String,
}

/// An org that is not for good.
#[derive(Clone, Copy)]
pub(super) enum Environment {
    Sandbox,
    Trial,
}

/// One tab: the list of an object.
pub(super) struct Tab {
    pub(super) object: &'static str,
    pub(super) label: &'static str,
    pub(super) current: bool,
}

impl Frame {
    /// The frame of a page about `object`.
    pub(super) async fn new(state: &State, visitor: &Visitor, object: Option<&str>) -> Frame {
        let org = &visitor.actor.org;
        let environment = if org.sandbox {
            Some(Environment::Sandbox)
        } else if org.status_at(state.app.now()) == OrgStatus::Trial {
            Some(Environment::Trial)
        } else {
            None
        };
        let user_name = user_name(state, visitor).await;
        Frame {
            assets: assets::addresses(),
            base: visitor.base(),
            org_name: org.name.clone(),
            environment,
            tabs: tabs(visitor, object),
            initials: initials(&user_name),
            user_name,
            form_token: visitor.form_token(),
        }
    }
}

/// The tabs that the visitor may open.
pub(super) fn tabs(visitor: &Visitor, current: Option<&str>) -> Vec<Tab> {
    let actor = &visitor.actor;
    layout::tabs(actor.org.is_business)
        .iter()
        .filter_map(|name| actor.org.catalog.object(name))
        .filter(|object| actor.permissions.may_read_object(object))
        .map(|object| Tab {
            object: object.name,
            label: layout::plural(object),
            current: current == Some(object.name),
        })
        .collect()
}

async fn user_name(state: &State, visitor: &Visitor) -> String {
    let actor = &visitor.actor;
    let nameless = || "Your menu".to_owned();
    let Ok(object) = state.app.object(actor, "User") else {
        return nameless();
    };
    let reading = Reading::of(actor, object).field("Name");
    let found = reading.one(&state.app, actor.user).await;
    match found {
        Ok(row) => row
            .and_then(|row| row.text("Name").map(str::to_owned))
            .unwrap_or_else(nameless),
        Err(error) => {
            crate::api::log(&error);
            nameless()
        }
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_first_and_last_word() {
        assert_eq!(initials("Licensing Desk 1"), "L1");
        assert_eq!(initials("ada"), "A");
        assert_eq!(initials(""), "");
    }
}
