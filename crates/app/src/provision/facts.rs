//! A snapshot of the subscriber's side, written into the license's fields (R-SYN-4: version,
//! seats used and org facts are the subscriber's).

use openlma_core::catalog::names;
use openlma_core::license::field;
use openlma_core::license::state::LicenseType;
use openlma_core::org::{Edition, OrgStatus};
use openlma_core::rules::license as license_rules;
use openlma_core::{Record, Result, Value};

use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use crate::bodies::Facts;
use crate::ended::license_type;
use crate::save::Saving;

/// Writes the facts; what they do not change stays untouched.
pub(crate) fn apply(saving: &Saving<'_>, facts: &Facts, license: &mut Record) -> Result<()> {
    license.set("sfLma__Version_Number__c", facts.version_number.as_str());
    license.set("olma__Subscriber_Org_Name__c", facts.org_name.as_str());
    license.set(
        "sfLma__Org_Type__c",
        Edition::parse(&facts.edition)?.org_type_text(),
    );
    let used = u32::try_from(facts.used).unwrap_or(0);
    license_rules::set_org(license, OrgStatus::parse(&facts.status)?, used);
    license.set("sfLma__Org_Trial_Expiration__c", facts.trial_end.clone());
    license.set("sfLma__Org_Instance__c", facts.instance.as_str());
    license.set("sfLma__Subscriber_Org_Is_Sandbox__c", facts.sandbox);
    license.set("sfLma__Proxy_User__c", facts.proxy_user.as_str());
    license.set(field::PROXY_INACTIVE, !facts.proxy_active);
    license.set("sfLma__Last_Modified__c", saving.now);
    license.set("subscriber_zone", facts.zone.as_str());
    license.set("facts_revision", facts.revision);
    if facts.terms_revision == license.get("terms_revision").as_int().unwrap_or(0) {
        license.set(field::SYNC_STATE, "In sync");
        license.set(field::SYNC_ERROR, Value::Null);
    }
    Ok(())
}

/// A license that facts made Editable again, because its org is back, stays Read-Only if its package
/// has left this org meanwhile (R-LIC-9).
pub(super) fn back_again(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    before: &Record,
    after: &mut Record,
) -> Result<()> {
    let package = after.get("sfLma__Package__c").as_id();
    if before.get(field::LICENSE_TYPE) == after.get(field::LICENSE_TYPE) {
        return Ok(());
    }
    let org = &saving.writer.org;
    let object = org.catalog.known(names::PACKAGE);
    if let Some(package) = package
        && let Some(package) = records::load_one(tx, org.id, object, package, Lock::No)?
        && license_type(&package) == LicenseType::ReadOnly
    {
        after.set(field::LICENSE_TYPE, LicenseType::ReadOnly.as_str());
    }
    Ok(())
}
