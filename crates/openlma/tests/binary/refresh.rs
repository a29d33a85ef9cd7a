//! `openlma package refresh`: asked and agreed to, watched, and refused within the week.

use tempfile::TempDir;

use crate::people::{Stage, first, publish, text};

/// R-REF-1, R-REF-2
#[test]
fn r_ref_1_a_refresh_at_the_command_line() {
    let folder = TempDir::new().unwrap();
    let Stage {
        server,
        operator,
        business,
        packaging,
    } = Stage::set(folder.path());
    let customer = operator.org("customer", &[]);
    let version = publish(&business, &packaging);
    customer.ask(&["install", &version]);
    let _license = first(&business, &["license", "list"]);

    let none = business.run(&["package", "refreshes"]).with(0);
    assert_eq!(
        (none.out.as_str(), none.err.as_str()),
        ("", "nothing found\n")
    );
    let asked = business.run(&["package", "refresh", "extools"]).with(1);
    assert_eq!(asked.out, "");
    assert_eq!(
        asked.err,
        "error: nothing was refreshed\nhint: agree with --yes\n"
    );
    let unknown = business
        .run(&["package", "refresh", "other", "--yes"])
        .with(1);
    assert!(unknown.err.contains("namespace other"), "{}", unknown.err);
    let job = business.ask(&["package", "refresh", "extools", "--yes", "--wait"]);
    assert_eq!(text(&job, "state"), "Done");
    assert_eq!(job["counts"]["seen"], 1);
    let again = business
        .run(&["package", "refresh", "extools", "--yes", "--wait"])
        .with(1);
    let refused = "the licenses of this package were refreshed on ";
    assert!(again.err.contains(refused), "{}", again.err);
    let list = ["package", "refreshes", "--format", "csv"];
    let list = business.run(&list).with(0);
    assert!(list.out.contains(text(&job, "id")), "{}", list.out);
    let other = customer
        .run(&["package", "refresh", text(&job, "subject_id"), "--yes"])
        .with(1);
    assert!(
        other.err.contains("there is no such Package"),
        "{}",
        other.err
    );
    assert_eq!(server.end("TERM"), Some(0));
}
