//! Group: public groups and queues.

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::picklist as p;

pub(super) fn define() -> ObjectDef {
    object("Group", "Group", "groups")
        .prefix("00G")
        .ops("CUD r s")
        .fields([
            field("Name", "Name", T::String(40), "CUIN !"),
            field("DeveloperName", "Developer Name", T::String(80), "CUn"),
            field(
                "RelatedId",
                "Related ID",
                T::reference(&["User"], "Related"),
                "n",
            )
            .on_delete(OnDelete::Cascade),
            field("Type", "Type", T::Picklist(p::GROUP_TYPE, 40), "CR !"),
            field("Email", "Email", T::Email(255), "CUn"),
            field(
                "OwnerId",
                "Owner ID",
                T::reference(&["Organization", "User"], "Owner"),
                "D",
            )
            .on_delete(OnDelete::Keep),
            field(
                "DoesSendEmailToMembers",
                "Send Email to Members",
                T::Boolean,
                "CUD",
            ),
            field("DoesIncludeBosses", "Include Bosses", T::Boolean, "CUD").default(true),
            field("Description", "Description", T::TextArea(4000), "CUn"),
        ])
        .audit()
        .build()
}
