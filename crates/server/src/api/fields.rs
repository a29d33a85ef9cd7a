//! Custom fields of the caller's org (R-AUT-7).

use axum::http::StatusCode;
use openlma_core::Result;
use openlma_core::catalog::{CustomField, CustomType};
use openlma_core::quote::beginning;
use openlma_wire as wire;
use openlma_wire::words::FieldType;

use super::Problem;
use super::convert::invalid;
use super::describe::{IdempotencyKey, Posts, Reads};
use crate::auth::User;
use crate::extract::Json;
use crate::state::State;

/// Defines a custom field.
#[utoipa::path(
    post, path = "/fields", tag = "fields", params(IdempotencyKey), request_body = wire::Field,
    responses((status = 201, description = "Defined", body = wire::Field), Posts)
)]
pub(super) async fn define_field(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(new): Json<wire::Field>,
) -> Result<(StatusCode, Json<wire::Field>), Problem> {
    let made = state.app.define_field(&actor, &definition(new)?).await?;
    Ok((StatusCode::CREATED, Json(shown(made))))
}

/// The custom fields of the org.
#[utoipa::path(
    get, path = "/fields", tag = "fields",
    responses((status = 200, description = "All of them", body = wire::Page<wire::Field>), Reads)
)]
pub(super) async fn list_fields(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
) -> Result<Json<wire::Page<wire::Field>>, Problem> {
    let fields = state.app.custom_fields(&actor).await?;
    Ok(Json(wire::Page {
        items: fields.into_iter().map(shown).collect(),
        next: None,
    }))
}

fn definition(new: wire::Field) -> Result<CustomField> {
    let ty = custom_type(&new)?;
    Ok(CustomField {
        object: new.object,
        name: new.name,
        label: new.label,
        ty,
        default: new.default,
        required: new.required,
        indexed: new.indexed,
        unique: new.unique,
        external_id: new.external_id,
    })
}

fn custom_type(new: &wire::Field) -> Result<CustomType> {
    let measures = [
        ("length", "text", new.length.is_some()),
        ("precision", "number", new.precision.is_some()),
        ("scale", "number", new.scale.is_some()),
        ("values", "picklist", new.values.is_some()),
    ];
    for (measure, of, given) in measures {
        if given && new.kind != of {
            let message = format!(
                "{measure} goes with type {of}, not with {}",
                beginning(&new.kind)
            );
            return Err(invalid(measure, message));
        }
    }
    let needs = |measure: &str| {
        let message = format!("{measure} is needed with type {}", new.kind);
        invalid(measure, message)
    };
    Ok(match new.kind.as_str() {
        "text" => CustomType::Text {
            length: new.length.ok_or_else(|| needs("length"))?,
        },
        "number" => CustomType::Number {
            precision: new.precision.ok_or_else(|| needs("precision"))?,
            scale: new.scale.unwrap_or(0),
        },
        "date" => CustomType::Date,
        "datetime" => CustomType::Datetime,
        "checkbox" => CustomType::Checkbox,
        "picklist" => CustomType::Picklist {
            values: new.values.clone().ok_or_else(|| needs("values"))?,
        },
        "email" => CustomType::Email,
        "url" => CustomType::Url,
        other => {
            let allowed = FieldType::ALL.join(", ");
            let message = format!("type: {} is not one of {allowed}", beginning(other));
            return Err(invalid("type", message));
        }
    })
}

fn shown(field: CustomField) -> wire::Field {
    let mut shown = wire::Field {
        object: field.object,
        name: field.name,
        label: field.label,
        default: field.default,
        required: field.required,
        indexed: field.indexed,
        unique: field.unique,
        external_id: field.external_id,
        ..wire::Field::default()
    };
    let kind = match field.ty {
        CustomType::Text { length } => {
            shown.length = Some(length);
            "text"
        }
        CustomType::Number { precision, scale } => {
            (shown.precision, shown.scale) = (Some(precision), Some(scale));
            "number"
        }
        CustomType::Picklist { values } => {
            shown.values = Some(values);
            "picklist"
        }
        CustomType::Date => "date",
        CustomType::Datetime => "datetime",
        CustomType::Checkbox => "checkbox",
        CustomType::Email => "email",
        CustomType::Url => "url",
    };
    kind.clone_into(&mut shown.kind);
    shown
}

#[cfg(test)]
mod tests {
    use openlma_wire as wire;
    use openlma_wire::words::FieldType;

    use super::{definition, shown};

    fn field(kind: &str) -> wire::Field {
        wire::Field {
            object: "Lead".into(),
            name: "Rank__c".into(),
            label: "Rank".into(),
            kind: kind.into(),
            length: (kind == "text").then_some(80),
            precision: (kind == "number").then_some(18),
            scale: (kind == "number").then_some(2),
            values: (kind == "picklist").then(|| vec!["A".into(), "B".into()]),
            ..wire::Field::default()
        }
    }

    /// R-AUT-7: every type there and back.
    #[test]
    fn r_aut_7_types_there_and_back() {
        for kind in FieldType::ALL {
            assert_eq!(shown(definition(field(kind)).unwrap()), field(kind));
        }
    }

    /// R-AUT-7: a measure that is missing, or of another type, is named.
    #[test]
    fn r_aut_7_measures_are_named() {
        for (mut refused, name) in [
            (field("text"), "length"),
            (field("number"), "precision"),
            (field("picklist"), "values"),
            (field("lookup"), "type"),
        ] {
            (refused.length, refused.precision, refused.values) = (None, None, None);
            assert_eq!(definition(refused).unwrap_err().fields, [name]);
        }
        let odd = wire::Field {
            length: Some(3),
            ..field("url")
        };
        assert_eq!(definition(odd).unwrap_err().fields, ["length"]);
    }
}
