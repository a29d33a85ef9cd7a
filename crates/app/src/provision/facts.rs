//! A snapshot of the subscriber's side, written into the license's fields (R-SYN-4: version,
//! seats used and org facts are the subscriber's).

use openlma_core::license::field;
use openlma_core::org::{Edition, OrgStatus};
use openlma_core::{Record, Result};

use crate::bodies::Facts;
use crate::save::Saving;

/// Writes the facts; what they do not change stays untouched.
pub(crate) fn apply(saving: &Saving<'_>, facts: &Facts, license: &mut Record) -> Result<()> {
    license.set("sfLma__Version_Number__c", facts.version_number.as_str());
    #[expect(clippy::cast_precision_loss, reason = "seats are at most 99 million")]
    license.set(field::USED, facts.used as f64);
    license.set("olma__Subscriber_Org_Name__c", facts.org_name.as_str());
    license.set(
        "sfLma__Org_Type__c",
        Edition::parse(&facts.edition)?.org_type_text(),
    );
    license.set(
        field::ORG_STATUS,
        OrgStatus::parse(&facts.status)?.stored_text(),
    );
    license.set("sfLma__Org_Trial_Expiration__c", facts.trial_end.clone());
    license.set("sfLma__Org_Instance__c", facts.instance.as_str());
    license.set("sfLma__Subscriber_Org_Is_Sandbox__c", facts.sandbox);
    license.set("sfLma__Proxy_User__c", facts.proxy_user.as_str());
    license.set("sfLma__Last_Modified__c", saving.now);
    license.set("subscriber_zone", facts.zone.as_str());
    license.set("facts_revision", facts.revision);
    if facts.terms_revision == license.get("terms_revision").as_int().unwrap_or(0) {
        license.set("olma__Sync_State__c", "In sync");
    }
    Ok(())
}
