//! `openlma field`: custom fields of the caller's org.

use clap::{Args, Subcommand};
use openlma_wire as wire;

use super::grants::api_name;
use crate::failure::{Exit, Failure};
use crate::output::{self, Column, Format};
use crate::session::Server;

const COLUMNS: &[Column] = &[
    ("OBJECT", "object"),
    ("NAME", "name"),
    ("LABEL", "label"),
    ("TYPE", "type"),
    ("REQUIRED", "required"),
    ("UNIQUE", "unique"),
];

/// What to do with custom fields.
#[derive(Subcommand)]
pub(crate) enum FieldCommand {
    /// list the custom fields of the org
    List,
    /// define a custom field
    Create(Box<Create>),
}

/// A field to be defined.
#[derive(Args)]
pub(crate) struct Create {
    /// object, such as License or Lead
    object: String,
    /// name, which ends with __c, such as Renewal_Desk__c
    name: String,
    /// what people call it
    #[arg(long)]
    label: String,
    /// text, number, date, datetime, checkbox, picklist, email or url
    #[arg(long = "type", value_name = "TYPE")]
    kind: String,
    /// most characters of a text
    #[arg(long)]
    length: Option<u32>,
    /// digits of a number
    #[arg(long)]
    precision: Option<u8>,
    /// digits of a number behind its point
    #[arg(long)]
    scale: Option<u8>,
    /// value of a picklist; once for each
    #[arg(long = "value", value_name = "VALUE")]
    values: Vec<String>,
    /// it has to be given; the License Management App is not bound by it
    #[arg(long)]
    required: bool,
    /// no two records have the same value
    #[arg(long)]
    unique: bool,
}

/// Runs it.
pub(crate) fn run(command: FieldCommand, server: &Server, format: Format) -> Result<Exit, Failure> {
    let client = server.client()?;
    let fields = match command {
        FieldCommand::List => client.all("/api/v1/fields")?,
        FieldCommand::Create(new) => vec![client.post("/api/v1/fields", &new.request())?],
    };
    output::rows(format, COLUMNS, &fields);
    Ok(Exit::Ok)
}

impl Create {
    fn request(self) -> wire::Field {
        wire::Field {
            object: api_name(&self.object),
            name: self.name,
            label: self.label,
            kind: self.kind,
            length: self.length,
            precision: self.precision,
            scale: self.scale,
            values: (!self.values.is_empty()).then_some(self.values),
            required: self.required,
            unique: self.unique,
            ..wire::Field::default()
        }
    }
}
