//! Describe for callers with different rights.

use openlma_core::access::{Grants, Permissions, default_profiles, names as profiles};
use openlma_core::catalog::{Catalog, names};
use serde_json::Value;

use super::super::address::Version;
use super::Describer;

fn describe_as(permissions: &Permissions, object: &str) -> Value {
    let catalog = Catalog::standard();
    let version = Version::try_from("v62.0".to_owned()).unwrap();
    let describer = Describer {
        catalog,
        permissions,
        version: &version,
        pages: "https://lma.example.com/o/acme".into(),
    };
    serde_json::to_value(describer.object(catalog.known(object))).unwrap()
}

fn describe(object: &str) -> Value {
    describe_as(&Permissions::system(), object)
}

fn grants(json: &str) -> Permissions {
    let grants: Grants = serde_json::from_str(json).unwrap();
    Permissions::union([&grants])
}

fn field<'a>(object: &'a Value, name: &str) -> &'a Value {
    let fields = object["fields"].as_array().unwrap();
    let found = fields.iter().find(|f| f["name"] == name);
    found.unwrap_or_else(|| panic!("no field {name}"))
}

fn has(object: &Value, name: &str) -> bool {
    let fields = object["fields"].as_array().unwrap();
    fields.iter().any(|f| f["name"] == name)
}

/// standard-objects.md §1: every key of a real answer is there, once, for every object.
#[test]
fn every_key_of_the_page_is_served() {
    const FIELD: &str = "name label type soapType length byteLength precision scale digits \
        nillable createable updateable defaultedOnCreate custom unique externalId idLookup \
        autoNumber calculated nameField caseSensitive encrypted deprecatedAndHidden filterable \
        sortable groupable aggregatable permissionable referenceTo relationshipName \
        relationshipOrder polymorphicForeignKey namePointing cascadeDelete restrictedDelete \
        writeRequiresMasterRead searchPrefilterable referenceTargetField filteredLookupInfo \
        picklistValues restrictedPicklist dependentPicklist controllerName defaultValue \
        defaultValueFormula calculatedFormula formulaTreatNullNumberAsZero compoundFieldName \
        extraTypeInfo htmlFormatted highScaleNumber displayLocationInDecimal queryByDistance \
        aiPredictionField inlineHelpText mask maskType";
    const OBJECT: &str = "name label labelPlural keyPrefix custom customSetting createable \
        updateable deletable undeletable queryable retrieveable replicateable searchable \
        mergeable triggerable layoutable searchLayoutable compactLayoutable mruEnabled \
        feedEnabled activateable deprecatedAndHidden deepCloneable hasSubtypes isSubtype \
        isInterface listviewable lookupLayoutable networkScopeFieldName associateEntityType \
        associateParentEntity defaultImplementation extendedBy extendsInterfaces implementedBy \
        implementsInterfaces sobjectDescribeOption fields childRelationships recordTypeInfos \
        supportedScopes actionOverrides namedLayoutInfos urls";
    let complete = |json: &Value, keys: &str| {
        let json = json.as_object().unwrap();
        let keys: Vec<_> = keys.split_whitespace().collect();
        for key in &keys {
            assert!(json.contains_key(*key), "{key}");
        }
        assert_eq!(json.len(), keys.len());
    };
    for object in Catalog::standard().objects() {
        let described = describe(object.name);
        complete(&described, OBJECT);
        for field in described["fields"].as_array().unwrap() {
            complete(field, FIELD);
        }
    }
}

#[test]
fn types_carry_their_numbers() {
    let lead = describe(names::LEAD);
    let company = field(&lead, "Company");
    assert_eq!(company["length"], 255);
    assert_eq!(company["byteLength"], 765);
    assert_eq!(company["nillable"], false);
    assert_eq!(company["createable"], true);
    assert_eq!(field(&lead, "Id")["byteLength"], 18);
    assert_eq!(field(&lead, "LastName")["extraTypeInfo"], "personname");
    assert_eq!(field(&lead, "LastName")["compoundFieldName"], "Name");
    assert_eq!(field(&lead, "Name")["createable"], false);
    assert_eq!(field(&lead, "IsConverted")["defaultValue"], false);
    assert_eq!(field(&lead, "IsConverted")["defaultedOnCreate"], true);
    let status = field(&lead, "Status");
    assert_eq!(status["defaultValue"], "Open - Not Contacted");
    let values = status["picklistValues"].as_array().unwrap();
    let default: Vec<_> = values
        .iter()
        .filter(|v| v["defaultValue"] == true)
        .collect();
    assert_eq!(default.len(), 1);
    assert_eq!(default[0]["value"], "Open - Not Contacted");
    let owner = field(&lead, "OwnerId");
    assert_eq!(owner["defaultedOnCreate"], true);
    assert_eq!(owner["namePointing"], true);
    assert_eq!(owner["relationshipName"], "Owner");
    assert_eq!(
        field(&describe(names::ACCOUNT), "Name")["extraTypeInfo"],
        "switchablepersonname"
    );
}

/// R-LIC-2: the record types of License are described; nobody chooses among them.
#[test]
fn r_lic_2_record_types_follow_the_status() {
    let license = describe(names::LICENSE);
    let infos = license["recordTypeInfos"].as_array().unwrap();
    assert_eq!(infos.len(), 6);
    assert_eq!(infos[5]["developerName"], "Master");
    assert_eq!(infos[5]["recordTypeId"], "012000000000000AAA");
    assert!(
        infos[..5]
            .iter()
            .all(|i| i["available"] == false && i["master"] == false)
    );
    let own = infos[0]["recordTypeId"].as_str().unwrap();
    assert_eq!((own.len(), &own[..3]), (18, "012"));
    assert_eq!(
        describe(names::LEAD)["recordTypeInfos"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let formula = field(&license, "sfLma__License_Status__c");
    assert_eq!(formula["calculated"], true);
    assert_eq!(formula["updateable"], false);
}

/// R-SEC-1: fields that the caller may not read are absent, with what is calculated from them;
/// verbs are those that the caller has.
#[test]
fn r_sec_1_describe_is_true_for_the_caller() {
    let reader = grants(
        r#"{"objects": {"Lead": {"read": true, "fields": {"default": "read",
            "except": {"Email": "none"}}}}}"#,
    );
    let lead = describe_as(&reader, names::LEAD);
    assert!(!has(&lead, "Email") && has(&lead, "Company"));
    for verb in [
        "createable",
        "updateable",
        "deletable",
        "undeletable",
        "mergeable",
    ] {
        assert_eq!(lead[verb], false, "{verb}");
    }
    let fields = lead["fields"].as_array().unwrap();
    assert!(
        fields
            .iter()
            .all(|f| f["createable"] == false && f["updateable"] == false)
    );
    let account = describe_as(&reader, names::ACCOUNT);
    let children = account["childRelationships"].as_array().unwrap();
    assert!(children.iter().all(|c| c["childSObject"] == "Lead"));
    assert!(!children.is_empty());
}

/// R-PKG-6: what the LMA writes is open only to Modify All Data.
#[test]
fn r_pkg_6_platform_fields_are_closed_to_others() {
    let admin = default_profiles()
        .into_iter()
        .find(|p| p.name == profiles::SYSTEM_ADMINISTRATOR);
    let admin = Permissions::union([&admin.unwrap().grants]);
    let editor = grants(
        r#"{"objects": {"*": {"read": true, "create": true, "edit": true,
            "fields": {"default": "edit"}}}}"#,
    );
    let package = Catalog::standard().known(names::PACKAGE);
    let platform = package.fields().iter().find(|f| f.platform && f.updateable);
    let platform = platform.unwrap();
    let open = |who| field(&describe_as(who, names::PACKAGE), &platform.name)["updateable"].clone();
    assert_eq!(open(&admin), true);
    assert_eq!(open(&editor), false);
}

/// R-SEAT-1: seats come and go with a permission of their own.
#[test]
fn r_seat_1_seats_are_created_with_their_permission() {
    let seats = describe(names::USER_PACKAGE_LICENSE);
    assert_eq!(seats["createable"], true);
    assert_eq!(seats["updateable"], false);
    assert_eq!(field(&seats, "UserId")["createable"], true);
    let editor = grants(r#"{"objects": {"*": {"read": true, "create": true}}}"#);
    assert_eq!(
        describe_as(&editor, names::USER_PACKAGE_LICENSE)["createable"],
        false
    );
    assert_eq!(describe(names::USER)["createable"], false);
}

#[test]
fn child_relationships_and_addresses() {
    let package = describe(names::PACKAGE);
    let children = package["childRelationships"].as_array().unwrap();
    let licenses = children
        .iter()
        .find(|c| c["relationshipName"] == "sfLma__Licenses__r");
    assert_eq!(licenses.unwrap()["childSObject"], names::LICENSE);
    let urls = &package["urls"];
    let base = "/services/data/v62.0/sobjects/sfLma__Package__c";
    assert_eq!(urls["rowTemplate"], format!("{base}/{{ID}}"));
    assert_eq!(
        urls["uiDetailTemplate"],
        "https://lma.example.com/o/acme/{ID}"
    );
    assert_eq!(describe("LeadStatus")["keyPrefix"], Value::Null);
    assert_eq!(describe(names::LEAD)["keyPrefix"], "00Q");
}
