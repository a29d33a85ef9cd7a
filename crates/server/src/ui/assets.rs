//! What pages load beside themselves: one stylesheet, one mark. Both are built in; their
//! addresses carry a hash of what is in them, so that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// One file.
struct Asset {
    stem: &'static str,
    ending: &'static str,
    kind: &'static str,
    body: &'static str,
}

static STYLE: Asset = Asset {
    stem: "console",
    ending: "css",
    kind: "text/css; charset=utf-8",
    body: include_str!("../../assets/console.css"),
};

static MARK: Asset = Asset {
    stem: "mark",
    ending: "svg",
    kind: "image/svg+xml",
    body: include_str!("../../assets/mark.svg"),
};

/// Addresses of the files, as pages name them.
pub(super) struct Addresses {
    /// The stylesheet.
    pub(super) style: String,
    /// The icon of the tab in the browser.
    pub(super) mark: String,
}

static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| Addresses {
    style: format!("/assets/{}", STYLE.name()),
    mark: format!("/assets/{}", MARK.name()),
});

/// Where the files are.
pub(super) fn addresses() -> &'static Addresses {
    &ADDRESSES
}

impl Asset {
    fn name(&self) -> String {
        let hash = Sha256::digest(self.body.as_bytes());
        let mark: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}.{mark}.{}", self.stem, self.ending)
    }
}

/// Serves one file; a name of an earlier release is gone.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    let wanted = format!("/assets/{name}");
    let asset = if wanted == ADDRESSES.style {
        &STYLE
    } else if wanted == ADDRESSES.mark {
        &MARK
    } else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_change_with_what_is_in_the_files() {
        let other = Asset {
            body: "a {}",
            ..STYLE
        };
        assert_ne!(other.name(), STYLE.name());
        assert!(addresses().style.starts_with("/assets/console."));
    }
}
