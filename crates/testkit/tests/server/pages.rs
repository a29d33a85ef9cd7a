//! The pages: sessions of one org each, forms that prove where they come from, what profiles hide,
//! and errors that are pages (R-ORG-4, R-SEC-1, R-ERR-1).

use openlma_testkit::world::PASSWORD;
use openlma_testkit::{Answer, Backend, Client, World};
use rstest::rstest;
use serde_json::json;

use crate::support::{LICENSE, create, license_id, patch_license};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const HERE: (&str, &str) = ("sec-fetch-site", "same-origin");

/// A browser with the cookies of one session.
pub(crate) struct Browser {
    http: Client,
    cookie: String,
}

impl Browser {
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.http
            .send("GET", path, &[("cookie", &self.cookie)], None)
    }

    fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut all = vec![("cookie", self.cookie.as_str()), FORM];
        all.extend(headers);
        self.http.send("POST", path, &all, Some(body.to_owned()))
    }
}

/// The cookie that an answer sets, as a browser sends it back.
fn cookie(answer: &Answer) -> String {
    let set = answer
        .header("set-cookie")
        .unwrap_or_else(|| panic!("no cookie: {answer:?}"));
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Lax"),
        "{set}"
    );
    set.split(';').next().unwrap().to_owned()
}

/// The value of a hidden field of a form.
fn hidden(page: &Answer, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let from = page
        .text
        .find(&mark)
        .unwrap_or_else(|| panic!("no {name}: {page:?}"))
        + mark.len();
    page.text[from..].split('"').next().unwrap().to_owned()
}

fn try_sign_in(world: &World, username: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
    let http = world.server.anybody();
    let page = http.get("/");
    let browser = Browser {
        cookie: cookie(&page),
        http,
    };
    let body = format!(
        "user_name={username}&password={}&form_token={}",
        password.replace(' ', "+"),
        hidden(&page, "form_token")
    );
    browser.post("/sign-in", headers, &body)
}

/// Signs a user in on the page for it.
pub(crate) fn sign_in(world: &World, username: &str) -> Browser {
    let answer = try_sign_in(world, username, PASSWORD, &[HERE]);
    assert_eq!(answer.status, 303, "{answer:?}");
    Browser {
        cookie: cookie(&answer),
        http: world.server.anybody(),
    }
}

/// R-ORG-4, R-USR-1: a form that is not this server's signs nobody in; a session opens its own
/// org's pages and nothing else; signing out ends it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_4_sessions(#[case] backend: Backend) {
    let world = World::start(backend);
    let admin = "admin@business.example";
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "http://evil.example")],
    ] {
        assert_eq!(try_sign_in(&world, admin, PASSWORD, headers).status, 403);
    }
    let wrong = try_sign_in(&world, admin, "wrong", &[HERE]);
    assert_eq!(
        (wrong.status, wrong.content_type.as_str()),
        (400, "text/html")
    );
    assert!(wrong.header("set-cookie").is_none());
    let operator = try_sign_in(&world, "operator@server.example", PASSWORD, &[HERE]);
    assert!(operator.header("set-cookie").is_none(), "{operator:?}");

    let here = sign_in(&world, admin);
    let other = sign_in(&world, "admin@packaging.example");
    assert_eq!(here.get("/o/business/Lead").status, 200);
    for (browser, path) in [
        (&other, "/o/business/Lead"),
        (&other, "/o/business/"),
        (&here, "/o/packaging/MetadataPackage"),
        (&here, "/o/nowhere/Lead"),
        (&here, "/o/BUSINESS/Lead"),
    ] {
        let turned = browser.get(path);
        assert_eq!(turned.status, 303, "{path}: {turned:?}");
        assert!(
            turned.header("location").unwrap().starts_with("/?note="),
            "{path}"
        );
    }
    // Neither kind of token serves as the other.
    let token = here.cookie.split_once('=').unwrap().1.to_owned();
    assert_eq!(world.server.bearer(&token).get("/api/v1/leads").status, 401);
    let name = here.cookie.split_once('=').unwrap().0;
    let forged = Browser {
        cookie: format!("{name}={}", world.business.token),
        http: world.server.anybody(),
    };
    assert_eq!(forged.get("/o/business/Lead").status, 303);

    let page = here.get("/o/business/Lead");
    let form_token = hidden(&page, "form_token");
    let out = "/o/business/sign-out";
    let body = format!("form_token={form_token}");
    assert_eq!(here.post(out, &[], &body).status, 403);
    assert_eq!(here.post(out, &[HERE], "form_token=wrong").status, 403);
    assert_eq!(here.get("/o/business/Lead").status, 200);
    assert_eq!(here.post(out, &[HERE], &body).status, 303);
    assert_eq!(here.get("/o/business/Lead").status, 303);
    assert_eq!(other.get("/o/packaging/MetadataPackage").status, 200);
}

/// R-SEC-1: pages show and order by nothing that the profile hides.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_pages(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let license = license_id(&world);
    let admin = &world.business.http;
    assert_eq!(
        patch_license(admin, &license, &json!({"sfLma__Seats__c": 4711})).status,
        204
    );
    let marked = create(
        admin,
        "Account",
        &json!({"Name": "<script>alert(1)</script>"}),
    );
    let grants = json!({
        "permissions": ["ApiEnabled"],
        "objects": {
            LICENSE: {"read": true, "fields": {"default": "read", "except": {
                "sfLma__Seats__c": "none", "sfLma__Expiration__c": "none", "sfLma__Lead__c": "none",
            }}},
            "sfLma__License__History": {"read": true, "fields": {"default": "read"}},
        },
    });
    let _ = world.granted(&world.business, "reader@business.example", &grants);
    let reader = sign_in(&world, "reader@business.example");
    for path in [
        format!("/o/business/{LICENSE}"),
        format!("/o/business/{LICENSE}/{license}"),
        format!("/o/business/{LICENSE}?sort=sfLma__Expiration__c"),
        format!("/o/business/{LICENSE}?by=sfLma__Seats__c&is=4711"),
    ] {
        let page = reader.get(&path);
        assert_eq!(page.status, 200, "{path}: {page:?}");
        for hidden in [
            "4711",
            "4,711",
            "2026-04-01",
            "admin@customer1.example",
            "sfLma__Seats__c",
            "sfLma__Expiration__c",
        ] {
            let shown = page.text.contains(hidden);
            assert!(!shown || path.contains(hidden), "{path} shows {hidden}");
        }
    }
    for path in [
        "/o/business/Lead",
        "/o/business/Account",
        "/o/business/sfLma__Package__c",
    ] {
        assert_eq!(reader.get(path).status, 404, "{path}");
    }
    assert_eq!(
        reader.get(&format!("/o/business/Account/{marked}")).status,
        404
    );
    // What people wrote is text.
    let page = sign_in(&world, "admin@business.example");
    for path in [
        "/o/business/Account".to_owned(),
        format!("/o/business/Account/{marked}"),
    ] {
        let page = page.get(&path);
        assert!(
            page.text.contains("&#60;script&#62;") || page.text.contains("&lt;script&gt;"),
            "{path}"
        );
        assert!(!page.text.contains("<script>alert"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
    }
}

/// R-ERR-1: what cannot be read or is not there is a page too, and never a defect.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_pages(#[case] backend: Backend) {
    let world = World::start(backend);
    let browser = sign_in(&world, "admin@business.example");
    let page = |answer: &Answer, what: &str| {
        assert!((200..500).contains(&answer.status), "{what}: {answer:?}");
        assert_eq!(answer.content_type, "text/html", "{what}: {answer:?}");
        for inside in ["postgres", "sqlite", "panicked", "Failed to deserialize"] {
            assert!(
                !answer.text.contains(inside),
                "{what} shows {inside}: {answer:?}"
            );
        }
    };
    for path in [
        "/nothing",
        "/o/business/Nothing",
        "/o/business/Lead/nothing",
        "/o/business/Lead/00Q000000000001",
        "/o/business/Lead/003000000000001",
        "/o/business/Lead/00Q000000000001/x",
        "/o/business/Lead?sort=Nothing&dir=up&after=x",
        "/o/business/Lead?after=eyJ2YWx1ZSI6MX0",
        "/o/business/Lead?find=%00",
        "/o/business/Lead?find=%25_%5C%27",
        "/o/business/Lead?by=Company&is=%00",
        "/o/business/Lead?by=OwnerId&is=%27x",
        "/o/business/Lead?sort=a&sort=b",
        "/o/business/Lead?after=%FF",
        "/o/business/Lead/%FF",
        "/o/business/%00",
        "/?next=a&next=b",
        "/?next=%FF",
    ] {
        page(&browser.get(path), path);
    }
    for (headers, body) in [
        (&[][..], ""),
        (&[HERE], "user_name=a&user_name=b"),
        (&[HERE], "user_name=%FF&password=%00"),
    ] {
        page(&browser.post("/sign-in", headers, body), body);
    }
    let json = browser.http.post("/sign-in", &json!({"user_name": "x"}));
    page(&json, "JSON");
    for (verb, path) in [
        ("GET", "/sign-in"),
        ("POST", "/o/business/Lead"),
        ("DELETE", "/"),
    ] {
        let headers = [("cookie", browser.cookie.as_str()), HERE];
        let answer = browser.http.send(verb, path, &headers, None);
        assert_eq!(answer.status, 405, "{verb} {path}: {answer:?}");
        page(&answer, path);
    }
}
