//! Whom an installer chooses, as it is typed.

use openlma_wire as wire;

use super::{PROFILE, id_of};
use crate::failure::Failure;
use crate::http::Client;

/// Whom an installer chooses: administrators, all, or profiles by name or id with commas between them.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    Administrators,
    All,
    Profiles(Vec<String>),
}

/// Reads a choice.
pub(in crate::commands) fn access(text: &str) -> Result<Access, String> {
    Ok(match text {
        "administrators" => Access::Administrators,
        "all" => Access::All,
        names => Access::Profiles(names.split(',').map(|n| n.trim().to_owned()).collect()),
    })
}

impl Access {
    /// The choice as the server takes it.
    pub(in crate::commands) fn request(&self, client: &Client) -> Result<wire::Access, Failure> {
        Ok(match self {
            Access::Administrators => wire::Access::Administrators,
            Access::All => wire::Access::All,
            Access::Profiles(names) => {
                let ids = names.iter().map(|name| id_of(&PROFILE, client, name));
                wire::Access::Profiles(ids.collect::<Result<_, _>>()?)
            }
        })
    }
}
