//! `GET /services/data`: the versions; `GET /services/data/vXX.X`: the resources of one.

use axum::Json;
use axum::extract::State as Shared;
use serde_json::{Value, json};

use super::Errors;
use super::address::Version;
use super::extract::Path;
use super::identity;
use crate::auth::RestUser;
use crate::state::State;

/// The first and the last version that are listed; others of the same form are served alike.
const LISTED: std::ops::RangeInclusive<u32> = 44..=66;

/// The versions, ascending. Needs no sign-in.
pub(super) async fn list() -> Json<Value> {
    Json(LISTED.map(listed).collect())
}

/// Three releases a year, beginning with Winter '19 as 44.0.
fn listed(number: u32) -> Value {
    let since = number - LISTED.start();
    let season = ["Winter", "Spring", "Summer"][(since % 3) as usize];
    let year = 19 + since / 3;
    json!({
        "label": format!("{season} '{year}"),
        "url": format!("/services/data/v{number}.0"),
        "version": format!("{number}.0"),
    })
}

/// The resources that are served, by name.
pub(super) async fn resources(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path(version): Path<Version>,
) -> Result<Json<Value>, Errors> {
    Ok(Json(json!({
        "identity": identity::address(&state.settings.public_url, &actor),
        "query": version.path("query"),
        "queryAll": version.path("queryAll"),
        "sobjects": version.path("sobjects"),
    })))
}

#[cfg(test)]
mod tests {
    use super::{LISTED, listed};

    #[test]
    fn versions_carry_the_names_of_their_releases() {
        for (number, label) in [(44, "Winter '19"), (50, "Winter '21"), (59, "Winter '24")] {
            assert_eq!(listed(number)["label"], label);
        }
        let last = listed(*LISTED.end());
        assert_eq!(last["label"], "Spring '26");
        assert_eq!(last["version"], "66.0");
        assert_eq!(last["url"], "/services/data/v66.0");
    }
}
