//! The rules of a Task.

use super::SaveContext;
use crate::record::Record;
use crate::value::Value;

/// The one status that closes a task.
const CLOSED: &str = "Completed";
/// The one priority that is high.
const HIGH: &str = "High";
/// Key prefix of Account.
const ACCOUNT: &str = "001";

pub(super) fn before_save(ctx: &SaveContext<'_>, old: Option<&Record>, new: &mut Record) {
    let is = |field: &str, text: &str| {
        new.get(field)
            .as_text()
            .is_some_and(|value| value.eq_ignore_ascii_case(text))
    };
    let (closed, high) = (is("Status", CLOSED), is("Priority", HIGH));
    new.set("IsClosed", closed);
    new.set("IsHighPriority", high);
    let completed = match old {
        _ if !closed => Value::Null,
        Some(old) if old.get("IsClosed").is_true() => old.get("CompletedDateTime").clone(),
        _ => ctx.now.into(),
    };
    new.set("CompletedDateTime", completed);
    match new.get("WhatId").as_id() {
        Some(what) if what.prefix() == ACCOUNT => new.set("AccountId", what),
        None if new.get("WhoId").is_null() => new.set("AccountId", Value::Null),
        _ => {}
    }
}
