//! Contact: a person at a customer.

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("Contact", "Contact", "contacts")
        .prefix("003")
        .generic()
        .ops("CUD u r s l m t g")
        .recycle_bin()
        .fields([
            parts::master_record(&["Contact"]),
            field(
                "AccountId",
                "Account ID",
                T::reference(&["Account"], "Account"),
                "CUn",
            )
            .children("Contacts", OnDelete::Cascade),
        ])
        .fields(parts::person_name())
        .fields([parts::salutation()])
        .fields(parts::address("Other", "OtherAddress", "CUn"))
        .fields(parts::address("Mailing", "MailingAddress", "CUn"))
        .fields([
            field("Phone", "Business Phone", T::Phone(40), "CUn"),
            field("Fax", "Business Fax", T::Phone(40), "CUn"),
            field("MobilePhone", "Mobile Phone", T::Phone(40), "CUn"),
            field("HomePhone", "Home Phone", T::Phone(40), "CUn"),
            field("OtherPhone", "Other Phone", T::Phone(40), "CUn"),
            field("AssistantPhone", "Asst. Phone", T::Phone(40), "CUn"),
            field(
                "ReportsToId",
                "Reports To ID",
                T::reference(&["Contact"], "ReportsTo"),
                "CUn",
            ),
            field("Email", "Email", T::Email(80), "CUnI").indexed(),
            field("Title", "Title", T::String(128), "CUn"),
            field("Department", "Department", T::String(80), "CUn"),
            field(
                "LeadSource",
                "Lead Source",
                T::Picklist(p::LEAD_SOURCE, 255),
                "CUn",
            ),
            field("Birthdate", "Birthdate", T::Date, "CUn"),
            field(
                "Description",
                "Contact Description",
                T::TextArea(32000),
                "CUn",
            ),
            parts::owner(&["User"]),
            field("IsEmailBounced", "Is Email Bounced", T::Boolean, "D")
                .calculated(&["EmailBouncedDate"]),
            field(
                "EmailBouncedReason",
                "Email Bounced Reason",
                T::String(255),
                "CUn",
            ),
            field("EmailBouncedDate", "Email Bounced Date", T::DateTime, "CUn"),
        ])
        .audit()
        .activities()
        .viewed()
        .build()
}
