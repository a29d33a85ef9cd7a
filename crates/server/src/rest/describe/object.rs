//! One object of a describe, brief for the list of objects or whole.

use std::sync::LazyLock;

use openlma_core::catalog::ObjectDef;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Describer;
use super::field::FieldBody;
use super::relations::{ChildRelationship, children, record_types};

/// Keys of the brief form that have one value for every object.
static SAME: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    constants(&json!({
        "activateable": false,
        "customSetting": false,
        "deepCloneable": false,
        "deprecatedAndHidden": false,
        "feedEnabled": false,
        "hasSubtypes": false,
        "isInterface": false,
        "isSubtype": false,
        "queryable": true,
        "retrieveable": true,
        "associateEntityType": null,
        "associateParentEntity": null,
    }))
});

/// Keys that only the whole form has, with one value for every object.
static SAME_WHOLE: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    constants(&json!({
        "actionOverrides": [],
        "defaultImplementation": null,
        "extendedBy": null,
        "extendsInterfaces": null,
        "implementedBy": null,
        "implementsInterfaces": null,
        "listviewable": null,
        "lookupLayoutable": null,
        "namedLayoutInfos": [],
        "networkScopeFieldName": null,
        "sobjectDescribeOption": "FULL",
    }))
});

fn constants(keys: &Value) -> Map<String, Value> {
    keys.as_object().cloned().unwrap_or_default()
}

/// An object in the list of objects.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "one per describe key")]
pub(in crate::rest) struct BriefBody {
    name: &'static str,
    label: &'static str,
    label_plural: &'static str,
    key_prefix: Option<&'static str>,
    custom: bool,
    createable: bool,
    updateable: bool,
    deletable: bool,
    undeletable: bool,
    replicateable: bool,
    searchable: bool,
    mergeable: bool,
    triggerable: bool,
    layoutable: bool,
    search_layoutable: bool,
    compact_layoutable: bool,
    mru_enabled: bool,
    urls: Map<String, Value>,
    #[serde(flatten)]
    same: &'static Map<String, Value>,
}

/// An object with everything about it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct ObjectBody {
    #[serde(flatten)]
    brief: BriefBody,
    fields: Vec<FieldBody>,
    child_relationships: Vec<ChildRelationship>,
    record_type_infos: Vec<Value>,
    supported_scopes: [Value; 1],
    #[serde(flatten)]
    same: &'static Map<String, Value>,
}

impl BriefBody {
    pub(super) fn of(describer: &Describer<'_>, object: &ObjectDef) -> BriefBody {
        let (verbs, ops) = (describer.verbs(object), object.ops);
        BriefBody {
            name: object.name,
            label: object.label,
            label_plural: object.plural,
            key_prefix: key_prefix(object),
            custom: object.custom,
            createable: verbs.create,
            updateable: verbs.update,
            deletable: verbs.delete,
            undeletable: verbs.undelete,
            replicateable: ops.replicateable,
            searchable: ops.searchable,
            mergeable: verbs.merge,
            triggerable: ops.triggerable,
            layoutable: ops.layoutable,
            search_layoutable: ops.layoutable && ops.searchable,
            compact_layoutable: ops.layoutable,
            mru_enabled: ops.mru,
            urls: urls(describer, object),
            same: &SAME,
        }
    }
}

impl ObjectBody {
    pub(super) fn of(describer: &Describer<'_>, object: &ObjectDef) -> ObjectBody {
        let verbs = describer.verbs(object);
        let fields = object
            .fields()
            .iter()
            .filter(|field| describer.sees(object, field))
            .map(|field| FieldBody::of(describer, object, verbs, field))
            .collect();
        let every = format!("All {}", object.plural);
        ObjectBody {
            brief: BriefBody::of(describer, object),
            fields,
            child_relationships: children(describer, object),
            record_type_infos: record_types(describer, object),
            supported_scopes: [json!({"label": every, "name": "everything"})],
            same: &SAME_WHOLE,
        }
    }
}

/// History objects and status lists show none in real answers, though their ids have one.
fn key_prefix(object: &ObjectDef) -> Option<&'static str> {
    let silent = object.name.ends_with("History") || object.name == "LeadStatus";
    object.prefix.filter(|_| !silent)
}

/// The addresses of an object. Only objects with pages have layouts and pages.
fn urls(describer: &Describer<'_>, object: &ObjectDef) -> Map<String, Value> {
    let mut out = Map::new();
    let mut add = |name: &str, url: String| out.insert(name.to_owned(), url.into());
    let base = describer.version.path(&format!("sobjects/{}", object.name));
    add("sobject", base.clone());
    add("describe", format!("{base}/describe"));
    add("rowTemplate", format!("{base}/{{ID}}"));
    if object.ops.layoutable {
        add("layouts", format!("{base}/describe/layouts"));
        add("compactLayouts", format!("{base}/describe/compactLayouts"));
        add(
            "approvalLayouts",
            format!("{base}/describe/approvalLayouts"),
        );
        add("quickActions", format!("{base}/quickActions"));
        add("listviews", format!("{base}/listviews"));
        add("defaultValues", format!("{base}/defaultValues"));
        let (pages, prefix) = (&describer.pages, object.prefix.unwrap_or_default());
        add("uiDetailTemplate", format!("{pages}/{{ID}}"));
        add("uiEditTemplate", format!("{pages}/{{ID}}/e"));
        add("uiNewRecord", format!("{pages}/{prefix}/e"));
    }
    out
}
