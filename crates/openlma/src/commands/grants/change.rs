//! What is granted and revoked, as it is typed.

use std::collections::BTreeMap;

use clap::Args;
use openlma_core::catalog::{Catalog, ObjectDef};
use openlma_wire as wire;

use crate::failure::Failure;

/// What to grant or revoke.
#[derive(Args)]
pub(crate) struct Change {
    /// name or id
    pub(super) name: String,
    /// an object and what may be done with its records: read, create, edit, delete, view_all,
    /// modify_all, with commas between them; revoked, an object alone goes altogether
    #[arg(long, value_name = "OBJECT=WHAT,…")]
    object: Vec<String>,
    /// how far the fields of an object are open: none, read or edit [default: as the records are]
    #[arg(long, value_name = "OBJECT=LEVEL")]
    fields: Vec<String>,
    /// how far a single field is open: none, read, edit, or default to go with the others
    #[arg(long, value_name = "OBJECT.FIELD=LEVEL")]
    field: Vec<String>,
    /// a permission that belongs to no object, such as ConvertLeads or ManageListings
    #[arg(long, value_name = "PERMISSION")]
    permission: Vec<String>,
}

impl Change {
    /// The change as the server takes it: all of it given, or all of it taken away.
    ///
    /// # Errors
    /// Exit 2 for what lacks something.
    pub(super) fn request(&self, given: bool) -> Result<wire::GrantsChange, Failure> {
        let mut objects: BTreeMap<String, wire::ObjectChange> = BTreeMap::new();
        for text in &self.object {
            let (name, rights) = match text.split_once('=') {
                Some((name, rights)) => (name, rights),
                None if !given => (text.as_str(), "read"),
                None => return Err(malformed("--object", text, "License=read,edit")),
            };
            let change = objects.entry(api_name(name)).or_default();
            for right in rights.split(',').map(str::trim) {
                *switch(change, right)? = Some(given);
            }
        }
        for text in &self.fields {
            let parts = text.split_once('=');
            let (name, level) = parts.ok_or_else(|| malformed("--fields", text, "License=read"))?;
            objects.entry(api_name(name)).or_default().fields = Some(level.to_owned());
        }
        for text in &self.field {
            let example = "License.sfLma__Seats__c=read";
            let parts = text.split_once('=');
            let parts = parts.and_then(|(path, level)| Some((path.split_once('.')?, level)));
            let ((name, field), level) =
                parts.ok_or_else(|| malformed("--field", text, example))?;
            let change = objects.entry(api_name(name)).or_default();
            let level = (level != "default").then(|| level.to_owned());
            change.except.insert(field.to_owned(), level);
        }
        let permissions = self.permission.iter();
        Ok(wire::GrantsChange {
            permissions: permissions.map(|name| (name.clone(), given)).collect(),
            objects,
        })
    }
}

fn switch<'c>(
    change: &'c mut wire::ObjectChange,
    right: &str,
) -> Result<&'c mut Option<bool>, Failure> {
    Ok(match right {
        "read" => &mut change.read,
        "create" => &mut change.create,
        "edit" => &mut change.edit,
        "delete" => &mut change.delete,
        "view_all" => &mut change.view_all,
        "modify_all" => &mut change.modify_all,
        other => {
            return Err(Failure::usage(format!(
                "{other} is no object permission; there are read, create, edit, delete, view_all and \
                 modify_all"
            )));
        }
    })
}

fn malformed(flag: &str, text: &str, example: &str) -> Failure {
    Failure::usage(format!("{flag} {text} lacks something"))
        .hint(format!("give it as {flag} {example}"))
}

/// The API name of an object that is named so or as people call it.
pub(in crate::commands) fn api_name(name: &str) -> String {
    let objects = Catalog::standard().objects();
    let called = |object: &&std::sync::Arc<ObjectDef>| object.label.eq_ignore_ascii_case(name);
    let known = Catalog::standard().object(name).is_some();
    let found = objects.iter().find(called).filter(|_| !known);
    found.map_or(name, |object| object.name).to_owned()
}

#[cfg(test)]
mod tests {
    use openlma_wire as wire;

    use super::{Change, api_name};

    fn request(object: &str, given: bool) -> wire::ObjectChange {
        let change = Change {
            name: "x".into(),
            object: vec![object.into()],
            fields: Vec::new(),
            field: vec!["License.sfLma__Seats__c=default".into()],
            permission: Vec::new(),
        };
        let mut request = change.request(given).unwrap();
        request.objects.remove("sfLma__License__c").unwrap()
    }

    /// R-SEC-1: what is granted and what is revoked, and objects as people call them.
    #[test]
    fn r_sec_1_what_is_granted_and_revoked() {
        let granted = request("license=read, edit", true);
        assert_eq!((granted.read, granted.edit), (Some(true), Some(true)));
        assert_eq!(granted.except["sfLma__Seats__c"], None);
        let revoked = request("sfLma__License__c", false);
        assert_eq!((revoked.read, revoked.edit), (Some(false), None));
        assert_eq!(api_name("package version"), "sfLma__Package_Version__c");
        assert_eq!(api_name("Nothing"), "Nothing");
    }
}
