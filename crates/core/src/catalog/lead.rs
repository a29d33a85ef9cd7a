//! Lead: who installed, or any other prospect.

use super::field::{FieldType as T, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("Lead", "Lead", "leads")
        .prefix("00Q")
        .generic()
        .ops("CUD u r s l m t g")
        .recycle_bin()
        .fields([parts::master_record(&["Lead"])])
        .fields(parts::person_name())
        .fields([
            parts::salutation(),
            field("Title", "Title", T::String(128), "CUn"),
            field("Company", "Company", T::String(255), "CU !").indexed(),
        ])
        .fields(parts::address("", "Address", "CUn"))
        .fields([
            field("Phone", "Phone", T::Phone(40), "CUn"),
            field("MobilePhone", "Mobile Phone", T::Phone(40), "CUn"),
            field("Fax", "Fax", T::Phone(40), "CUn"),
            field("Email", "Email", T::Email(80), "CUnI").indexed(),
            field("Website", "Website", T::Url(255), "CUn"),
            field("Description", "Description", T::TextArea(32000), "CUn"),
            field(
                "LeadSource",
                "Lead Source",
                T::Picklist(p::LEAD_SOURCE, 255),
                "CUn",
            ),
            field("Status", "Status", T::Picklist(p::LEAD_STATUS, 255), "CUD")
                .default("Open - Not Contacted"),
            field("Industry", "Industry", T::Picklist(p::INDUSTRY, 255), "CUn"),
            field("Rating", "Rating", T::Picklist(p::RATING, 255), "CUn"),
            field("AnnualRevenue", "Annual Revenue", T::Currency(18, 0), "CUn"),
            field("NumberOfEmployees", "Employees", T::Int(8), "CUn"),
            parts::owner(&["Group", "User"]),
            field("IsConverted", "Converted", T::Boolean, "CD"),
            field("ConvertedDate", "Converted Date", T::Date, "n"),
            field(
                "ConvertedAccountId",
                "Converted Account ID",
                T::reference(&["Account"], "ConvertedAccount"),
                "n",
            ),
            field(
                "ConvertedContactId",
                "Converted Contact ID",
                T::reference(&["Contact"], "ConvertedContact"),
                "n",
            ),
            field(
                "ConvertedOpportunityId",
                "Converted Opportunity ID",
                T::reference(&["Opportunity"], "ConvertedOpportunity"),
                "n",
            ),
            field("IsUnreadByOwner", "Unread By Owner", T::Boolean, "CUD"),
            field(
                "EmailBouncedReason",
                "Email Bounced Reason",
                T::String(255),
                "Un",
            ),
            field("EmailBouncedDate", "Email Bounced Date", T::DateTime, "Un"),
            field(
                "sfLma__Subscriber_Org_Type__c",
                "Subscriber Org Type",
                T::String(32),
                "CUn",
            ),
        ])
        .audit()
        .activities()
        .viewed()
        .build()
}
