//! Task: something to do, or done, about a record.

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::picklist as p;

/// What a task can be about: the objects with activities that are no persons.
const ABOUT: &[&str] = &[
    "Account",
    "Opportunity",
    "sfLma__License__c",
    "sfLma__Package__c",
];

pub(super) fn define() -> ObjectDef {
    object("Task", "Task", "tasks")
        .prefix("00T")
        .generic()
        .ops("CUD u r s l m t")
        .recycle_bin()
        .fields([
            field(
                "WhoId",
                "Name ID",
                T::reference(&["Contact", "Lead"], "Who"),
                "CUn",
            )
            .children("Tasks", OnDelete::Cascade),
            field(
                "WhatId",
                "Related To ID",
                T::reference(ABOUT, "What"),
                "CUn",
            )
            .children("Tasks", OnDelete::Cascade),
            field("Subject", "Subject", T::Combobox(255), "CUnN"),
            field("ActivityDate", "Due Date Only", T::Date, "CUn").indexed(),
            field("Status", "Status", T::Picklist(p::TASK_STATUS, 255), "CUD")
                .default("Not Started"),
            field(
                "Priority",
                "Priority",
                T::Picklist(p::TASK_PRIORITY, 255),
                "CUD",
            )
            .default("Normal"),
            field("IsHighPriority", "High Priority", T::Boolean, "D").calculated(&["Priority"]),
            field(
                "OwnerId",
                "Assigned To ID",
                T::reference(&["Group", "User"], "Owner"),
                "CUD",
            )
            .on_delete(OnDelete::Keep),
            field("Description", "Description", T::TextArea(32000), "CUn"),
            field(
                "AccountId",
                "Account ID",
                T::reference(&["Account"], "Account"),
                "n",
            ),
            field("IsClosed", "Closed", T::Boolean, "D").calculated(&["Status"]),
            field("CompletedDateTime", "Completed Date/Time", T::DateTime, "n"),
            field(
                "TaskSubtype",
                "Task Subtype",
                T::Picklist(p::TASK_SUBTYPE, 40),
                "CnR",
            )
            .default("Task"),
            field("IsArchived", "Archived", T::Boolean, "D"),
            field(
                "IsRecurrence",
                "Create Recurring Series of Tasks",
                T::Boolean,
                "CD",
            ),
        ])
        .audit()
        .build()
}
