//! The binder: plans of valid queries and the exact errors of invalid ones.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use jiff::tz::TimeZone;
use openlma_core::access::SystemAccess;
use openlma_core::catalog::Catalog;
use openlma_core::{Code, Error, Id, Value};
use openlma_soql::{BindContext, Column, CompareOp, Condition, Plan, Role, compile};

fn try_plan(text: &str) -> Result<Plan, Error> {
    let zone = TimeZone::get("America/New_York").unwrap();
    let context = BindContext {
        // The 24th in New York, the 25th in UTC.
        now: "2026-11-25T03:00:00Z".parse().unwrap(),
        zone: &zone,
        include_deleted: false,
    };
    compile(text, Catalog::standard(), &SystemAccess, &context)
}

fn plan(text: &str) -> Plan {
    try_plan(text).unwrap_or_else(|e| panic!("{text}\n{e}"))
}

/// A column as `source:Field`.
fn shown(plan: &Plan, column: &Column) -> String {
    match column {
        Column::Field { source, field } => {
            format!("{source}:{}", plan.source(*source).fields()[*field].name)
        }
        Column::Coalesce(columns) => {
            let all: Vec<_> = columns.iter().map(|c| shown(plan, c)).collect();
            format!("({})", all.join("|"))
        }
    }
}

/// The outputs as `path=column`, keys with `*`, parts with `+`.
fn outputs(plan: &Plan) -> Vec<String> {
    let mark = |role| match role {
        Role::Field => "",
        Role::Key => "*",
        Role::Part => "+",
    };
    let line = |o: &openlma_soql::Output| {
        format!(
            "{}{}={}",
            mark(o.role),
            o.path.join("."),
            shown(plan, &o.column)
        )
    };
    plan.select.iter().map(line).collect()
}

fn joins(plan: &Plan) -> Vec<String> {
    let line = |j: &openlma_soql::Join| {
        format!(
            "{}.{}>{}",
            j.source,
            plan.source(j.source).fields()[j.look_up].name,
            j.object.name
        )
    };
    plan.joins.iter().map(line).collect()
}

fn at(text: &str) -> Value {
    Value::DateTime(text.parse().unwrap())
}

fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

/// The condition of `SELECT Id FROM object WHERE …`.
fn filter(object: &str, condition: &str) -> (Plan, Condition) {
    let plan = plan(&format!("SELECT Id FROM {object} WHERE {condition}"));
    let filter = plan.filter.clone().unwrap();
    (plan, filter)
}

fn own(plan: &Plan, name: &str) -> Column {
    Column::Field {
        source: 0,
        field: plan.object.index_of(name).unwrap(),
    }
}

#[test]
fn names_ignore_case_and_answer_in_the_schemas() {
    let plan = plan("select ID, lead.name, l.oWnErId from LEAD l order by l.CREATEDDATE desc");
    assert_eq!(
        outputs(&plan),
        ["Id=0:Id", "Name=0:Name", "OwnerId=0:OwnerId"]
    );
    assert_eq!(plan.object.name, "Lead");
    assert!(plan.joins.is_empty());
    assert_eq!(shown(&plan, &plan.order[0].column), "0:CreatedDate");
    assert!(plan.order[0].descending && plan.order[0].nulls_first);
}

#[test]
fn parents_join_once_and_every_record_has_its_key() {
    let plan = plan(
        "SELECT Name, sfLMA__Package_Version__r.Name, \
         sfLma__Package_Version__r.sfLma__Package__r.sfLma__Package_ID__c \
         FROM sfLma__License__c WHERE sfLma__Package_Version__r.Name LIKE 'v%1.%'",
    );
    assert_eq!(
        joins(&plan),
        [
            "0.sfLma__Package_Version__c>sfLma__Package_Version__c",
            "1.sfLma__Package__c>sfLma__Package__c"
        ]
    );
    assert_eq!(
        outputs(&plan),
        [
            "Name=0:Name",
            "sfLma__Package_Version__r.Name=1:Name",
            "sfLma__Package_Version__r.sfLma__Package__r.sfLma__Package_ID__c=2:sfLma__Package_ID__c",
            "*Id=0:Id",
            "*sfLma__Package_Version__r.Id=1:Id",
            "*sfLma__Package_Version__r.sfLma__Package__r.Id=2:Id",
        ]
    );
}

#[test]
fn a_polymorphic_path_reads_every_object_that_has_the_field() {
    let plan = plan("SELECT Owner.Name, Owner.Username FROM Lead ORDER BY Owner.Name");
    assert_eq!(joins(&plan), ["0.OwnerId>Group", "0.OwnerId>User"]);
    assert_eq!(
        outputs(&plan),
        [
            "Owner.Name=(1:Name|2:Name)",
            "Owner.Username=2:Username",
            "*Id=0:Id",
            "*Owner.Id=(1:Id|2:Id)"
        ]
    );
}

#[test]
fn a_compound_stands_for_its_parts() {
    let plan = plan("SELECT Id, BillingAddress FROM Account");
    let outputs = outputs(&plan);
    assert_eq!(outputs[1], "+BillingAddress.street=0:BillingStreet");
    assert!(outputs.contains(&"+BillingAddress.postalCode=0:BillingPostalCode".to_owned()));
    assert_eq!(outputs.len(), 9);
}

#[test]
fn field_groups_follow_the_catalogue() {
    let all = plan("SELECT FIELDS(ALL) FROM sfLma__License__c LIMIT 200")
        .select
        .len();
    let standard = plan("SELECT FIELDS(STANDARD) FROM sfLma__License__c").select;
    let custom = plan("SELECT FIELDS(CUSTOM) FROM sfLma__License__c LIMIT 1").select;
    assert!(standard.iter().all(|o| !o.path[0].ends_with("__c")));
    assert!(
        custom
            .iter()
            .filter(|o| o.role == Role::Field)
            .all(|o| o.path[0].ends_with("__c"))
    );
    // The custom ones come with the key beside.
    assert_eq!(all, standard.len() + custom.len() - 1);
    let hidden = Catalog::standard()
        .known("sfLma__License__c")
        .fields()
        .iter();
    assert_eq!(all, hidden.filter(|f| !f.hidden).count());
}

#[test]
fn count_limit_and_offset() {
    let plan = plan("SELECT COUNT() FROM Account WHERE Name != null LIMIT 5 OFFSET 7");
    assert!(plan.count && plan.select.is_empty() && !plan.include_deleted);
    assert_eq!((plan.limit, plan.offset), (Some(5), 7));
}

#[test]
fn texts_are_folded_and_empty_text_is_null() {
    let (plan, condition) = filter("Lead", "Company = 'Ärger & CO'");
    let company = own(&plan, "Company");
    let compare = |op, value: &str| Condition::Compare {
        column: company.clone(),
        op,
        value: value.into(),
    };
    assert_eq!(condition, compare(CompareOp::Eq, "ärger & co"));
    assert_eq!(
        filter("Lead", r"Company >= 'it\'s'").1,
        compare(CompareOp::Ge, "it's")
    );
    let null = |negated| Condition::IsNull {
        column: company.clone(),
        negated,
    };
    assert_eq!(filter("Lead", "Company = ''").1, null(false));
    assert_eq!(filter("Lead", "Company <> NULL").1, null(true));
    assert_eq!(
        filter("Lead", r"Company LIKE '5\%_X%'").1,
        Condition::Like {
            column: company.clone(),
            pattern: r"5\%_x%".into()
        }
    );
    let list = |negated| Condition::In {
        column: company.clone(),
        values: vec!["a".into(), "b".into()],
        negated,
    };
    assert_eq!(filter("Lead", "Company IN ('A','b')").1, list(false));
    assert_eq!(filter("Lead", "Company NOT IN ('A','b')").1, list(true));
    assert_eq!(
        filter("Lead", "Company NOT IN ('A','b',null)").1,
        Condition::Not(Box::new(Condition::Or(vec![list(false), null(false)])))
    );
}

#[test]
fn ids_come_with_15_or_18_characters() {
    let id = Id::parse("00Q000000000001").unwrap();
    for text in [
        "00Q000000000001",
        "00Q000000000001EAA",
        "00q000000000001eaa",
    ] {
        let (plan, condition) = filter("Lead", &format!("Id > '{text}'"));
        let column = own(&plan, "Id");
        assert_eq!(
            condition,
            Condition::Compare {
                column,
                op: CompareOp::Gt,
                value: Value::Id(id)
            }
        );
    }
}

#[test]
fn numbers_take_the_fields_kind() {
    let (plan, condition) = filter("sfLma__License__c", "sfLma__Seats__c = -1");
    let column = own(&plan, "sfLma__Seats__c");
    let value = Value::Number(-1.0);
    assert_eq!(
        condition,
        Condition::Compare {
            column,
            op: CompareOp::Eq,
            value
        }
    );
}

/// A checkbox of a missing parent counts as false; its own is compared as it is.
#[test]
fn checkboxes_compare_with_true_and_false() {
    let (plan, condition) = filter("Lead", "IsConverted != TRUE");
    let column = own(&plan, "IsConverted");
    let value = Value::Bool(false);
    assert_eq!(
        condition,
        Condition::Compare {
            column,
            op: CompareOp::Eq,
            value
        }
    );

    let (plan, condition) = filter("Lead", "CreatedBy.IsActive = false");
    let Condition::Compare {
        column: parent,
        op,
        value,
    } = condition
    else {
        panic!()
    };
    assert_eq!(shown(&plan, &parent), "1:IsActive");
    assert_eq!((op, value), (CompareOp::Ne, Value::Bool(true)));
}

#[test]
fn date_literals_become_ranges_in_the_orgs_time_zone() {
    let (plan, condition) = filter("Lead", "CreatedDate = TODAY");
    let created = own(&plan, "CreatedDate");
    let compare = |op, value| Condition::Compare {
        column: created.clone(),
        op,
        value,
    };
    let (start, end) = (at("2026-11-24T05:00:00Z"), at("2026-11-25T05:00:00Z"));
    let today = Condition::And(vec![
        compare(CompareOp::Ge, start.clone()),
        compare(CompareOp::Lt, end.clone()),
    ]);
    assert_eq!(condition, today);
    assert_eq!(
        filter("Lead", "CreatedDate != TODAY").1,
        Condition::Not(Box::new(today.clone()))
    );
    assert_eq!(
        filter("Lead", "CreatedDate < TODAY").1,
        compare(CompareOp::Lt, start.clone())
    );
    assert_eq!(
        filter("Lead", "CreatedDate <= TODAY").1,
        compare(CompareOp::Lt, end.clone())
    );
    assert_eq!(
        filter("Lead", "CreatedDate > TODAY").1,
        compare(CompareOp::Ge, end)
    );
    assert_eq!(
        filter("Lead", "CreatedDate >= TODAY").1,
        compare(CompareOp::Ge, start)
    );
    assert_eq!(filter("Lead", "CreatedDate IN (TODAY)").1, today);
    // The day on which summer time ends has 25 hours.
    assert_eq!(
        filter("Lead", "CreatedDate < N_DAYS_AGO:23").1,
        compare(CompareOp::Lt, at("2026-11-01T04:00:00Z"))
    );
    assert_eq!(
        filter("Lead", "CreatedDate > N_DAYS_AGO:23").1,
        compare(CompareOp::Ge, at("2026-11-02T05:00:00Z"))
    );
}

#[test]
fn date_literals_on_dates_are_days() {
    let object = "sfLma__License__c";
    let (plan, condition) = filter(object, "sfLma__Expiration__c = THIS_MONTH");
    let column = own(&plan, "sfLma__Expiration__c");
    let compare = |op, value| Condition::Compare {
        column: column.clone(),
        op,
        value,
    };
    assert_eq!(
        condition,
        Condition::And(vec![
            compare(CompareOp::Ge, day("2026-11-01")),
            compare(CompareOp::Le, day("2026-11-30"))
        ])
    );
    assert_eq!(
        filter(object, "sfLma__Expiration__c > TODAY").1,
        compare(CompareOp::Gt, day("2026-11-24"))
    );
    assert!(plan_is_sane(
        "SELECT Id FROM Lead WHERE CreatedDate > NEXT_N_YEARS:4000000000"
    ));
    assert!(plan_is_sane(
        "SELECT Id FROM Lead WHERE CreatedDate < LAST_N_DAYS:4000000000"
    ));
}

fn plan_is_sane(text: &str) -> bool {
    try_plan(text).is_ok()
}

/// What integrations of real publishers ask (the sample of the page on objects), as far as it
/// has no sub-queries and no aggregates.
#[test]
fn the_sample_integrations_bind() {
    let long = "SELECT Id, Name, sfLma__Account__r.Name, sfLma__Contact__r.Name, \
        sfLma__Lead__r.LeadSource, sfLma__Lead__r.Email, sfLma__Licensed_Seats__c, \
        sfLma__Used_Licenses__c, sfLma__License_Status__c FROM sfLma__License__c WHERE \
        sfLma__Package_Version__c != null AND sfLma__License_Status__c = 'Active'ORDER BY Name \
        LIMIT 50 OFFSET 100";
    for text in [
        "SELECT Id, LastModifiedDate, Name, sfLma__Subscriber_Org_ID__c, sfLma__Org_Instance__c, \
         sfLma__License_Type__c, sfLma__Subscriber_Org_Is_Sandbox__c, sfLma__Status__c, \
         sfLma__Install_Date__c, sfLma__Expiration__c, sfLma__Used_Licenses__c, \
         sfLma__Package__c, sfLma__Package_Version__r.sfLma__Version_ID__c \
         FROM sfLma__License__c WHERE LastModifiedDate > 2026-01-01T00:00:00.000+00:00",
        "SELECT Id, sfLma__Subscriber_Org_ID__c, sfLma__Account__c, sfLma__Account__r.Name, \
         sfLma__Account__r.LastModifiedDate FROM sfLma__License__c WHERE sfLma__Account__c != NULL \
         AND sfLma__Account__r.LastModifiedDate > 2026-01-01T00:00:00Z",
        "SELECT Id, Name, sfLma__Version_Number__c, sfLma__Package__c, sfLma__Release_Date__c, \
         sfLma__Version_ID__c, LastModifiedDate FROM sfLma__Package_Version__c",
        "SELECT sfLma__Licensed_Seats__c FROM sfLma__License__c WHERE sfLma__Package__c IN \
         ('a0M000000000001','a0M000000000002AAA') AND IsDeleted=false AND \
         sfLma__Is_Sandbox__c=false AND sfLma__License_Status__c='Active' AND \
         sfLma__Subscriber_Org_Is_Sandbox__c=false AND sfLma__Expiration__c > TODAY AND \
         sfLma__Subscriber_Org_ID__c != null ORDER BY sfLma__Subscriber_Org_ID__c",
        "SELECT sfLMA__Account__r.Name, sfLMA__Lead__r.Name, sfLma__Expiration_Date__c, \
         sfLma__Package_Version__r.sfLma__Package__r.sfLma__Package_ID__c \
         FROM sfLma__License__c WHERE sfLma__Subscriber_Org_ID__c != null LIMIT 1999",
        long,
        "SELECT Id FROM sfLma__Package__c WHERE sfLma__Package_ID__c = '033000000000001' LIMIT 1",
        "SELECT Id FROM sfLma__License__c WHERE sfLma__Subscriber_Org_ID__c = '00D000000000001' \
         AND sfLma__Package_Version__r.sfLma__Version_ID__c = '04t000000000001' ORDER BY Name DESC",
        "SELECT Id, Field, OldValue, NewValue, CreatedDate FROM sfLma__License__History WHERE \
         ParentId = 'a0L000000000001' AND DataType IN ('Text','DynamicEnum','DateOnly','Double') \
         AND Field IN ('created','sfLma__Status__c')",
        "SELECT sfLma__Subscriber_Org_ID__c FROM sfLma__License__c WHERE \
         sfLma__Package_Version__r.Name LIKE 'v%1.%' AND sfLma__Is_Sandbox__c = FALSE",
        "SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, \
         OrganizationType FROM Organization",
        "SELECT Account.Id, Account.Name FROM Account WHERE Account.ParentId = null",
    ] {
        let plan = plan(text);
        assert!(Arc::strong_count(&plan.object) > 1, "shared, not copied");
    }
}

/// R-ERR-1: what an error repeats of a query is the beginning.
#[test]
fn r_err_1_long_words_are_cut() {
    let long = "x".repeat(10_000);
    for text in [
        format!("SELECT {long} FROM Lead"),
        format!("SELECT {long}(Id) FROM Lead"),
        format!("SELECT {long}.Name FROM Lead"),
        format!("SELECT Id FROM {long}"),
        format!("SELECT Id FROM Lead WHERE {long} = 1"),
        format!("SELECT Id FROM Lead WHERE Id = '{long}'"),
        format!("SELECT Id FROM Lead WHERE CreatedDate = {long}"),
        format!("SELECT Id FROM Lead WHERE CreatedDate = {long}:3"),
        format!("SELECT Id FROM Lead ORDER BY {long}"),
        format!("{long} Id FROM Lead"),
    ] {
        let error = try_plan(&text).expect_err(&text[..40]);
        assert!(error.message.len() < 500, "{}", error.message);
    }
}

/// Code, place and message of each error.
#[test]
fn errors_name_code_place_and_reason() {
    use Code::{InvalidField, InvalidQueryFilterOperator, MalformedQuery};
    for (text, code, place, message) in [
        (
            "SELECT Id FROM Lead WHERE IsConverted = 'true'",
            InvalidField,
            41,
            "value of filter criterion for field 'IsConverted' must be of type boolean and should \
          not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Lead WHERE Company = 5",
            InvalidField,
            37,
            "value of filter criterion for field 'Company' must be of type string and should be \
          enclosed in quotes",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > '2026-01-01'",
            InvalidField,
            41,
            "value of filter criterion for field 'CreatedDate' must be of type dateTime and should \
          not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01",
            InvalidField,
            41,
            "value of filter criterion for field 'CreatedDate' must be of type dateTime and should \
          not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Opportunity WHERE CloseDate > 2026-01-01T00:00:00Z",
            InvalidField,
            46,
            "value of filter criterion for field 'CloseDate' must be of type date and should not be \
          enclosed in quotes",
        ),
        (
            "SELECT Id FROM Opportunity WHERE Amount IN (1, 'x')",
            InvalidField,
            48,
            "value of filter criterion for field 'Amount' must be of type currency and should not be \
          enclosed in quotes",
        ),
        (
            "SELECT Id FROM Lead WHERE Id = 'abc'",
            InvalidQueryFilterOperator,
            32,
            "invalid ID field: abc",
        ),
        (
            "SELECT Id FROM Lead WHERE Id LIKE '00Q%'",
            InvalidQueryFilterOperator,
            27,
            "invalid operator on id field",
        ),
        (
            "SELECT Id FROM Lead WHERE IsConverted > false",
            InvalidQueryFilterOperator,
            27,
            "invalid operator on boolean field",
        ),
        (
            "SELECT Id FROM Lead WHERE Company > null",
            InvalidQueryFilterOperator,
            37,
            "'>' can not be used with null",
        ),
        (
            "SELECT Id FROM Lead WHERE Description = 'x'",
            InvalidField,
            27,
            "field 'Description' can not be filtered in a query call",
        ),
        (
            "SELECT Id FROM Lead ORDER BY Description",
            InvalidField,
            30,
            "field 'Description' can not be sorted in a query call",
        ),
        (
            "SELECT Id, Name, lead.NAME FROM Lead",
            InvalidField,
            18,
            "duplicate field selected: Name",
        ),
        (
            "SELECT Id, FIELDS(STANDARD) FROM Lead",
            InvalidField,
            12,
            "duplicate field selected: Id",
        ),
        (
            "SELECT Parent.Parent.Parent.Parent.Parent.Parent.Id FROM Account",
            MalformedQuery,
            8,
            "a path may go through at most 5 parents",
        ),
    ] {
        let error = try_plan(text).expect_err(text);
        assert_eq!(error.code, code, "{text}: {error}");
        let tail = format!("ERROR at Row:1:Column:{place}\n{message}");
        assert!(error.message.ends_with(&tail), "{text}\n{}", error.message);
    }
    assert!(plan_is_sane(
        "SELECT Parent.Parent.Parent.Parent.Parent.Id FROM Account"
    ));
}

#[test]
fn unknown_names_answer_in_the_originals_words() {
    let error = try_plan("SELECT Id, Nmae FROM Lead").unwrap_err();
    assert_eq!(error.code, Code::InvalidField);
    assert_eq!(
        error.message,
        "\nSELECT Id, Nmae FROM Lead\n           ^\nERROR at Row:1:Column:12\n\
         No such column 'Nmae' on entity 'Lead'. If you are attempting to use a custom field, be \
         sure to append the '__c' after the custom field name. Please reference your WSDL or the \
         describe call for the appropriate names. Did you mean 'Name'?"
    );
    let error = try_plan("SELECT Id FROM Acount").unwrap_err();
    assert_eq!(error.code, Code::InvalidType);
    assert_eq!(
        error.message,
        "\nSELECT Id FROM Acount\n               ^\nERROR at Row:1:Column:16\n\
         sObject type 'Acount' is not supported. If you are attempting to use a custom object, be \
         sure to append the '__c' after the entity name. Please reference your WSDL or the \
         describe call for the appropriate names. Did you mean 'Account'?"
    );
    let error = try_plan("SELECT Id, Acct.Name FROM Contact").unwrap_err();
    assert_eq!(error.code, Code::InvalidField);
    assert!(
        error.message.ends_with(
            "ERROR at Row:1:Column:12\nDidn't understand relationship 'Acct' in field path. If \
             you are attempting to use a custom relationship, be sure to append the '__r' after \
             the custom relationship name. Please reference your WSDL or the describe call for \
             the appropriate names."
        ),
        "{}",
        error.message
    );
}

fn depth(condition: &Condition) -> usize {
    match condition {
        Condition::And(inner) | Condition::Or(inner) => {
            inner.len() + inner.iter().map(depth).max().unwrap_or(0)
        }
        Condition::Not(inner) => 1 + depth(inner),
        _ => 1,
    }
}

/// R-ERR-2: however large a query is, its plan stays within what databases take.
#[test]
fn r_err_2_plans_are_bounded() {
    let many = vec!["Name = 'x'"; 7_000].join(" OR ");
    assert!(depth(&filter("Lead", &many).1) < 40);
    let repeated = format!(
        "NumberOfEmployees IN ({})",
        ["1", "2"].repeat(10_000).join(",")
    );
    let Condition::In { values, .. } = filter("Account", &repeated).1 else {
        panic!()
    };
    assert_eq!(values, [Value::Int(1), Value::Int(2)]);
    let error = try_plan(&format!(
        "SELECT Id FROM Lead ORDER BY {}",
        ["Id"; 33].join(",")
    ));
    assert_eq!(error.unwrap_err().code, Code::MalformedQuery);
    assert!(plan_is_sane(&format!(
        "SELECT Id FROM Lead ORDER BY {}",
        ["Id"; 32].join(",")
    )));
}

/// R-ERR-2: no query joins more tables than a database does.
#[test]
fn r_err_2_parents_are_counted() {
    let looks = ["CreatedBy", "LastModifiedBy", "Owner"];
    let users = ["CreatedBy", "LastModifiedBy", "Manager"];
    let mut paths = Vec::new();
    for a in looks {
        for b in users {
            for c in users {
                for d in users {
                    paths.push(format!("{a}.{b}.{c}.{d}.Name"));
                }
            }
        }
    }
    let error = try_plan(&format!("SELECT {} FROM Lead", paths.join(", "))).unwrap_err();
    assert_eq!(error.code, Code::MalformedQuery);
    assert!(
        error
            .message
            .ends_with("a query may read at most 55 parents"),
        "{}",
        error.message
    );
}
