//! A package moves to another business org at the command line.

use tempfile::TempDir;

use crate::people::{Stage, first, publish};

/// R-MOV-1, R-INS-3: a move is asked first, then done; the funnel counts what came before.
#[test]
fn r_mov_1_a_package_leaves_its_org() {
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
    first(&business, &["license", "list"]);
    let counts = business.ask(&["package", "funnel", "extools"]);
    assert_eq!(counts["succeeded"], 1);
    let shown = business.run(&["package", "funnel", "extools"]).with(0);
    assert!(shown.out.contains("requested"), "{}", shown.out);

    let dissociate = ["package", "dissociate", "extools"];
    let asked = business.run(&dissociate).with(1);
    assert!(asked.err.contains("hint: add --yes"), "{}", asked.err);
    let yes = [&dissociate[..], &["--hold-installs", "--yes"]].concat();
    let ended = business.ask(&yes);
    assert_eq!(ended["registration"]["state"], "Ended");
    assert_eq!(ended["registration"]["hold_installs"], true);
    let again = business.run(&yes).with(1);
    assert!(again.err.contains("INVALID_OPERATION"), "{}", again.err);
    customer
        .run(&["package", "dissociate", "extools", "--yes"])
        .with(1);
    let shown = business.run(&["package", "show", "extools"]).with(0);
    assert!(shown.out.contains("new installs held"), "{}", shown.out);
    assert_eq!(server.end("TERM"), Some(0));
}
