//! The steps of the story, in order; one file per chapter.

mod converting;
mod installing;
mod licensing;
mod orgs;
mod publishing;
mod trouble;
mod uninstalling;

use super::Step;

/// All steps.
pub(super) fn all() -> impl Iterator<Item = &'static Step> {
    [
        orgs::STEPS,
        publishing::STEPS,
        installing::STEPS,
        licensing::STEPS,
        converting::STEPS,
        trouble::STEPS,
        uninstalling::STEPS,
    ]
    .into_iter()
    .flatten()
}
