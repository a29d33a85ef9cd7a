//! Our own verbs under `/api/v1`, described by OpenAPI. One file per subject.
//!
//! A handler finds out who asks, turns the shapes of `wire` into arguments of one use case, and
//! turns its answer back. Route and description come from one attribute and cannot diverge.

mod answer_headers;
mod conversion;
mod convert;
mod describe;
mod details;
mod fields;
mod grants;
mod installs;
mod jobs;
mod keys;
mod leads;
mod licensed;
mod licenses;
mod messages;
mod modify;
mod moving;
mod new_trial;
mod once;
mod orgs;
mod packages;
mod problem;
mod publish;
mod reading;
mod recycle_bin;
mod seats;
mod settings;
mod users;

use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware::from_fn_with_state;
use openlma_core::quote::beginning;
use openlma_core::{Code, Error};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use describe::openapi;
pub(crate) use problem::{Problem, log};

use crate::state::State;

/// The routes with their description, by their addresses under `/api/v1`.
fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::default()
        .routes(routes!(orgs::list_orgs, orgs::create_org))
        .routes(routes!(orgs::current_org, settings::change_settings))
        .routes(routes!(orgs::change_org))
        .routes(routes!(orgs::install_lma))
        .routes(routes!(users::create_user))
        .routes(routes!(users::change_user))
        .routes(routes!(users::create_client))
        .routes(routes!(grants::list_profiles, grants::create_profile))
        .routes(routes!(grants::get_profile, grants::change_profile))
        .routes(routes!(
            grants::list_permission_sets,
            grants::create_permission_set
        ))
        .routes(routes!(
            grants::get_permission_set,
            grants::change_permission_set
        ))
        .routes(routes!(
            grants::assign_permission_set,
            grants::revoke_permission_set
        ))
        .routes(routes!(packages::list_packages, packages::create_package))
        .routes(routes!(packages::get_package))
        .routes(routes!(packages::upload_version))
        .routes(routes!(packages::deprecate_version))
        .routes(routes!(packages::set_lead_manager))
        .routes(routes!(jobs::refresh_package))
        .routes(routes!(publish::connect))
        .routes(routes!(publish::register))
        .routes(routes!(moving::dissociate))
        .routes(routes!(moving::funnel))
        .routes(routes!(installs::list_installs, installs::install))
        .routes(routes!(installs::get_install, installs::uninstall))
        .routes(routes!(installs::confirm))
        .routes(routes!(installs::cancel))
        .routes(routes!(installs::upgrade))
        .routes(routes!(licensed::licensed))
        .routes(routes!(keys::list_keys, keys::create_key))
        .routes(routes!(keys::delete_key))
        .routes(routes!(keys::rotate_key))
        .routes(routes!(
            seats::list_seats,
            seats::assign_seats,
            seats::revoke_seats
        ))
        .routes(routes!(licenses::list_licenses))
        .routes(routes!(
            licenses::get_license,
            details::edit_license,
            details::delete_license
        ))
        .routes(routes!(licenses::license_history))
        .routes(routes!(modify::modify_license))
        .routes(routes!(new_trial::grant_trial))
        .routes(routes!(new_trial::retry_license))
        .routes(routes!(leads::list_leads))
        .routes(routes!(jobs::list_jobs))
        .routes(routes!(jobs::get_job))
        .routes(routes!(leads::get_lead))
        .routes(routes!(conversion::convert_lead))
        .routes(routes!(messages::list_messages))
        .routes(routes!(messages::retry_message))
        .routes(routes!(fields::list_fields, fields::define_field))
        .routes(routes!(recycle_bin::undelete_record))
        .routes(routes!(describe::document))
}

/// The service under `/api/v1`.
pub(crate) fn router(state: &State) -> Router<State> {
    let (router, _) = routes().split_for_parts();
    router
        .method_not_allowed_fallback(wrong_verb)
        .route_layer(from_fn_with_state(state.clone(), once::once))
        .fallback(no_such_address)
}

/// An address that the description does not have.
pub(crate) async fn no_such_address(uri: Uri) -> Problem {
    let path = uri.path();
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    Problem(Error::new(
        Code::NotFound,
        format!(
            "there is no address /api/v1{}; /api/v1/openapi.json lists them all",
            beginning(path)
        ),
    ))
}

async fn wrong_verb(method: Method, uri: Uri) -> Problem {
    Problem(Error::new(
        Code::MethodNotAllowed,
        format!("/api/v1{} does not take {method}; see Allow", uri.path()),
    ))
}
