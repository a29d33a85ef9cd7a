//! The rules' vocabularies are those that the catalogue's picklists offer.

use crate::catalog::picklist::{self, Picklist};
use crate::license::Status;
use crate::license::expiry::EffectiveStatus;
use crate::org::{Edition, OrgStatus};
use crate::package::ReleaseState;

#[track_caller]
fn same(list: &Picklist, texts: impl IntoIterator<Item = &'static str>) {
    assert_eq!(
        list.values().collect::<Vec<_>>(),
        texts.into_iter().collect::<Vec<_>>()
    );
}

#[track_caller]
fn offered(list: &Picklist, texts: impl IntoIterator<Item = &'static str>) {
    for text in texts {
        assert_eq!(list.canonical(text).as_deref(), Some(text));
    }
}

/// R-LIC-2, R-LIC-5.
#[test]
fn statuses_of_licenses() {
    same(
        &picklist::LICENSE_STATUS,
        Status::ALL.iter().map(|s| s.as_str()),
    );
    same(
        &picklist::EFFECTIVE_STATUS,
        EffectiveStatus::ALL.iter().map(|s| s.as_str()),
    );
    let shown = ["Trial", "Active", "Expired", "Suspended", "Free"];
    offered(&picklist::PACKAGE_LICENSE_STATUS, shown);
}

/// R-ORG-2.
#[test]
fn editions_and_statuses_of_orgs() {
    offered(
        &picklist::ORGANIZATION_TYPE,
        Edition::ALL.iter().map(|e| e.org_type_text()),
    );
    offered(
        &picklist::SUBSCRIBER_STATUS,
        OrgStatus::ALL.iter().map(|s| s.package_subscriber()),
    );
}

/// R-PKG-1.
#[test]
fn release_states() {
    same(
        &picklist::RELEASE_STATE,
        ReleaseState::ALL.iter().map(|s| s.as_str()),
    );
}

/// R-LEAD-1.
#[test]
fn source_of_leads() {
    offered(&picklist::LEAD_SOURCE, [crate::lead::SOURCE]);
}
