//! A world whose answers are held against the description of `/api/v1`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use openlma_testkit::{Answer, Backend, Client, Org, World};
use serde_json::{Value as Json, json};

/// A world whose answers are looked up in the description.
pub(crate) struct Api {
    pub(crate) world: World,
    described: Json,
    seen: RefCell<BTreeSet<String>>,
}

impl Api {
    pub(crate) fn start(backend: Backend) -> Api {
        let world = World::start(backend);
        let document = world.server.anybody().get("/api/v1/openapi.json");
        let described = document.expect(200);
        assert_eq!(described["openapi"], "3.1.0");
        Api {
            world,
            described,
            seen: RefCell::default(),
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
        self.hold_against_description(verb, path, &answer);
        answer
    }

    fn hold_against_description(&self, verb: &str, path: &str, answer: &Answer) {
        let path = path.split('?').next().unwrap_or_default();
        let parts = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let asked = parts(&format!("/api/v1{path}"));
        let paths = self.described["paths"].as_object().unwrap();
        let fits = |template: &str| {
            let template = parts(template);
            template.len() == asked.len()
                && template
                    .iter()
                    .zip(&asked)
                    .all(|(t, a)| t.starts_with('{') || t == a)
        };
        let verb = verb.to_ascii_lowercase();
        let found = paths
            .iter()
            .filter(|(template, item)| fits(template) && item.get(&verb).is_some())
            .min_by_key(|(template, _)| template.matches('{').count());
        let (template, item) = found.unwrap_or_else(|| panic!("{verb} {path} is not described"));
        let response = &item[&verb]["responses"][answer.status.to_string()];
        assert!(!response.is_null(), "{verb} {template}: {}", answer.status);
        if answer.status >= 400 {
            assert_eq!(answer.content_type, "application/problem+json");
            let problem = answer.json();
            assert_eq!(problem["status"], answer.status);
            assert!(problem["code"].is_string() && problem["fields"].is_array());
        } else if answer.status != 204 {
            let schema = &response["content"]["application/json"]["schema"];
            self.conforms(&answer.json(), schema, template);
        }
        self.seen.borrow_mut().insert(format!("{verb} {template}"));
    }

    /// Members that the description requires are there, and no others.
    fn conforms(&self, value: &Json, schema: &Json, at: &str) {
        if let Some(name) = schema["$ref"].as_str() {
            let pointer = name.trim_start_matches('#');
            return self.conforms(value, self.described.pointer(pointer).unwrap(), at);
        }
        if let (Json::Array(items), Some(schema)) = (value, schema.get("items")) {
            for item in items {
                self.conforms(item, schema, at);
            }
        }
        let (Json::Object(members), Some(properties)) = (value, schema.get("properties")) else {
            return;
        };
        for required in schema["required"].as_array().into_iter().flatten() {
            let name = required.as_str().unwrap();
            assert!(members.contains_key(name), "{at}: {name} is missing");
        }
        for (name, member) in members {
            let schema = properties.get(name);
            let schema = schema.unwrap_or_else(|| panic!("{at}: {name} is not described"));
            self.conforms(member, schema, &format!("{at} {name}"));
        }
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
