//! A world asked through `/api/v1`.

use openlma_testkit::{Answer, Backend, Client, Org, World};
use serde_json::{Value as Json, json};

/// A world asked through `/api/v1`.
pub(crate) struct Api {
    pub(crate) world: World,
}

impl Api {
    pub(crate) fn start(backend: Backend) -> Api {
        Api {
            world: World::start(backend),
        }
    }

    /// Sends and insists on the status.
    pub(crate) fn ask(&self, by: &Client, verb: &str, path: &str, body: Json, status: u16) -> Json {
        self.with(by, verb, path, &[], body, status).expect(status)
    }

    pub(crate) fn with(
        &self,
        by: &Client,
        verb: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Json,
        status: u16,
    ) -> Answer {
        let mut headers = headers.to_vec();
        let body = (!body.is_null()).then(|| body.to_string());
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let answer = by.send(verb, &format!("/api/v1{path}"), &headers, body);
        assert_eq!(answer.status, status, "{verb} {path}: {answer:?}");
        answer
    }

    pub(crate) fn install(&self, org: &Org) -> Json {
        let body = json!({"version_id": self.world.version.to_string()});
        let install = self.ask(&org.http, "POST", "/installs", body, 200);
        self.world.server.settle();
        install
    }

    pub(crate) fn only_license(&self) -> Json {
        let page = self.ask(
            &self.world.business.http,
            "GET",
            "/licenses",
            Json::Null,
            200,
        );
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
        page["items"][0].clone()
    }
}

pub(crate) fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}
