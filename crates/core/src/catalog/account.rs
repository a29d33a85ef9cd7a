//! Account: a customer.

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("Account", "Account", "accounts")
        .prefix("001")
        .generic()
        .ops("CUD u r s l m t g")
        .recycle_bin()
        .fields([
            parts::master_record(&["Account"]),
            field("Name", "Account Name", T::String(255), "CUN !").indexed(),
            field(
                "Type",
                "Account Type",
                T::Picklist(p::ACCOUNT_TYPE, 40),
                "CUn",
            ),
            field(
                "ParentId",
                "Parent Account ID",
                T::reference(&["Account"], "Parent"),
                "CUn",
            )
            .children("ChildAccounts", OnDelete::SetNull),
        ])
        .fields(parts::address("Billing", "BillingAddress", "CUn"))
        .fields(parts::address("Shipping", "ShippingAddress", "CUn"))
        .fields([
            field("Phone", "Account Phone", T::Phone(40), "CUn"),
            field("Fax", "Account Fax", T::Phone(40), "CUn"),
            field("AccountNumber", "Account Number", T::String(40), "CUn"),
            field("Website", "Website", T::Url(255), "CUn"),
            field("Industry", "Industry", T::Picklist(p::INDUSTRY, 40), "CUn"),
            field(
                "Rating",
                "Account Rating",
                T::Picklist(p::RATING, 40),
                "CUn",
            ),
            field(
                "Ownership",
                "Ownership",
                T::Picklist(p::OWNERSHIP, 40),
                "CUn",
            ),
            field(
                "AccountSource",
                "Account Source",
                T::Picklist(p::LEAD_SOURCE, 40),
                "CUn",
            ),
            field("AnnualRevenue", "Annual Revenue", T::Currency(18, 0), "CUn"),
            field("NumberOfEmployees", "Employees", T::Int(8), "CUn"),
            field("Site", "Account Site", T::String(80), "CUn"),
            field(
                "Description",
                "Account Description",
                T::TextArea(32000),
                "CUn",
            ),
            parts::owner(&["User"]),
        ])
        .audit()
        .activities()
        .viewed()
        .build()
}
