//! What is done to licenses and orgs at the command line: every change of status that there is, a new
//! trial, what is refused.

use tempfile::TempDir;

use crate::people::{Person, Stage, first, publish, text};

/// Changes a license's status; refused, the sentence names the field's code and what is allowed.
#[track_caller]
fn change(business: &Person<'_>, license: &str, to: &str, allowed: Option<&str>) {
    let modify = ["license", "modify", license, "--status", to];
    let Some(allowed) = allowed else {
        business.run(&modify).with(0);
        let shown = business.ask(&["license", "show", license]);
        assert_eq!(shown["status"], to);
        return;
    };
    let before = business.ask(&["license", "show", license]);
    let refused = business.run(&modify).with(1);
    for word in ["error: ", "FIELD_CUSTOM_VALIDATION_EXCEPTION", allowed] {
        assert!(refused.err.contains(word), "no {word}: {}", refused.err);
    }
    assert_eq!(business.ask(&["license", "show", license]), before);
}

/// The only license of a customer who installs now.
fn license_of(business: &Person<'_>, customer: &Person<'_>, version: &str) -> String {
    customer.ask(&["install", version]);
    let org = customer.ask(&["org", "show"]);
    let list = ["license", "list", "--org", text(&org, "id")];
    text(&first(business, &list), "name").to_owned()
}

/// R-LIC-2: the sixteen cells of the status table at the command line.
#[test]
fn r_lic_2_every_change_of_status() {
    let folder = TempDir::new().unwrap();
    let Stage {
        server,
        operator,
        business,
        packaging,
    } = Stage::set(folder.path());
    let version = publish(&business, &packaging);
    let [one, two, gone] = ["one", "two", "gone"].map(|name| operator.org(name, &[]));

    let license = license_of(&business, &one, &version);
    let of_a_trial = "allowed: Trial, Active, Suspended";
    change(&business, &license, "Trial", None);
    change(&business, &license, "Uninstalled", Some(of_a_trial));
    change(&business, &license, "Active", None);
    let of_an_active = "allowed: Active, Suspended";
    change(&business, &license, "Trial", Some(of_an_active));
    change(&business, &license, "Uninstalled", Some(of_an_active));
    change(&business, &license, "Active", None);
    change(&business, &license, "Suspended", None);
    let of_a_suspended = "allowed: Suspended, Active";
    change(&business, &license, "Trial", Some(of_a_suspended));
    change(&business, &license, "Uninstalled", Some(of_a_suspended));
    change(&business, &license, "Suspended", None);
    change(&business, &license, "Active", None);

    let other = license_of(&business, &two, &version);
    change(&business, &other, "Suspended", None);

    let uninstalled = license_of(&business, &gone, &version);
    gone.run(&["uninstall", "extools"]).with(0);
    let list = ["license", "list", "--status", "Uninstalled"];
    assert_eq!(text(&first(&business, &list), "name"), uninstalled);
    let again = "installs the package again";
    for to in ["Trial", "Active", "Suspended", "Uninstalled"] {
        change(&business, &uninstalled, to, Some(again));
    }

    new_trials(&business, &license, &uninstalled);
    orgs(&operator, &business, &one, &license);
    assert_eq!(server.end("TERM"), Some(0));
}

/// R-LIC-2, R-SYN-3: a new trial, and terms sent once more.
fn new_trials(business: &Person<'_>, license: &str, uninstalled: &str) {
    let grant = ["license", "grant-trial", license, "--days"];
    let tried = business.ask(&[&grant[..], &["14", "--dry-run"]].concat());
    assert_eq!(tried["changes"][0]["to"], "Trial");
    change(business, license, "Active", None);
    for days in ["0", "91", "-1"] {
        let refused = business.run(&[&grant[..], &[days]].concat()).with(1);
        assert!(refused.err.contains("1 to 90"), "{}", refused.err);
    }
    business.run(&[&grant[..], &["1.5"]].concat()).with(2);
    let granted = [&grant[..], &["14", "--reason", "A second look"]].concat();
    assert_eq!(business.ask(&granted)["sync"], "InSync");
    assert_eq!(
        business.ask(&["license", "show", license])["status"],
        "Trial"
    );
    let history = business.ask(&["license", "history", license]);
    let noted = history.as_array().unwrap().iter();
    let noted = noted.filter(|entry| entry["to"] == "A second look");
    assert_eq!(noted.count(), 1, "{history}");
    let gone = ["license", "grant-trial", uninstalled, "--days", "9"];
    business.run(&gone).with(1);

    let retried = business.run(&["license", "retry", license]).with(0);
    assert!(retried.err.contains("has it"), "{}", retried.err);
    business.run(&["license", "retry", uninstalled]).with(1);
}

/// R-ORG-2, R-ORG-7, R-LIC-11: settings, a trial's end, and what an org that is shut answers.
fn orgs(operator: &Person<'_>, business: &Person<'_>, customer: &Person<'_>, license: &str) {
    let set = [
        "org",
        "set",
        "--time-zone",
        "Pacific/Kiritimati",
        "--name",
        "Islands",
    ];
    let shown = customer.ask(&set);
    assert_eq!(
        (&shown["name"], &shown["time_zone"]),
        (&"Islands".into(), &"Pacific/Kiritimati".into())
    );
    let refused = customer
        .run(&["org", "set", "--time-zone", "Mars/Olympus"])
        .with(1);
    assert!(refused.err.contains("Mars/Olympus"), "{}", refused.err);
    let nothing = customer.run(&["org", "set"]).with(2);
    assert!(
        nothing.err.contains("hint: openlma org set --help"),
        "{}",
        nothing.err
    );

    let id = text(&shown, "id").to_owned();
    let status = ["org", "set-status", &id];
    operator.run(&[&status[..], &["Trial"]].concat()).with(1);
    let ended = [&status[..], &["Trial", "--trial-end", "2020-01-01"]].concat();
    assert_eq!(operator.ask(&ended)["status"], "Locked");
    let shut = ["license", "list", "--org", &id];
    for _ in 0..200 {
        if business.ask(&shut)[0]["org_status"] == "TRIAL" {
            break;
        }
    }
    let refused = business
        .run(&["license", "modify", license, "--seats", "9"])
        .with(1);
    for word in ["proxy user has deactivated", "locked"] {
        assert!(refused.err.contains(word), "{}", refused.err);
    }
}
