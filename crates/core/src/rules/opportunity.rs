//! The rules of an Opportunity: what its stage and its close date settle.

use super::{SaveContext, changed};
use crate::error::{Code, Error};
use crate::record::Record;
use crate::value::Value;

/// What a stage settles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stage {
    /// StageName.
    pub(super) name: &'static str,
    /// Per cent.
    pub(super) probability: f64,
    /// ForecastCategoryName.
    forecast: &'static str,
    closed: bool,
    won: bool,
}

const fn open(name: &'static str, probability: f64) -> Stage {
    Stage {
        name,
        probability,
        forecast: "Pipeline",
        closed: false,
        won: false,
    }
}

/// The stages, in their order.
pub(super) const STAGES: [Stage; 10] = [
    open("Prospecting", 10.0),
    open("Qualification", 10.0),
    open("Needs Analysis", 20.0),
    open("Value Proposition", 50.0),
    open("Id. Decision Makers", 60.0),
    open("Perception Analysis", 70.0),
    open("Proposal/Price Quote", 75.0),
    open("Negotiation/Review", 90.0),
    Stage {
        name: "Closed Won",
        probability: 100.0,
        forecast: "Closed",
        closed: true,
        won: true,
    },
    Stage {
        name: "Closed Lost",
        probability: 0.0,
        forecast: "Omitted",
        closed: true,
        won: false,
    },
];

/// ForecastCategoryName and the ForecastCategory that goes with it.
const FORECASTS: [(&str, &str); 5] = [
    ("Omitted", "Omitted"),
    ("Pipeline", "Pipeline"),
    ("Best Case", "BestCase"),
    ("Commit", "Forecast"),
    ("Closed", "Closed"),
];

pub(super) fn before_save(
    ctx: &SaveContext<'_>,
    old: Option<&Record>,
    new: &mut Record,
    errors: &mut Vec<Error>,
) {
    let stage = new.get("StageName").as_text().and_then(stage);
    follow_stage(ctx, old, new, stage);
    errors.extend(out_of_range(new));
    calculate(new, stage);
}

fn out_of_range(new: &Record) -> Option<Error> {
    let probability = new.get("Probability").as_number()?;
    let message = format!(
        "Probability (%): value outside of valid range on numeric field: {probability} \
         (allowed: 0 to 100)"
    );
    let error = Error::new(Code::NumberOutsideValidRange, message).field("Probability");
    (!(0.0..=100.0).contains(&probability)).then_some(error)
}

/// A stage that the list does not have is open and settles nothing.
fn stage(name: &str) -> Option<Stage> {
    STAGES
        .iter()
        .copied()
        .find(|stage| stage.name.eq_ignore_ascii_case(name))
}

/// Probability and forecast follow the stage where the save does not give them.
fn follow_stage(
    ctx: &SaveContext<'_>,
    old: Option<&Record>,
    new: &mut Record,
    stage: Option<Stage>,
) {
    let moved = changed(old, new, "StageName");
    if moved && old.is_some() {
        new.set("LastStageChangeDate", ctx.now);
    }
    let follows =
        |new: &Record, field: &str| moved && old.is_none_or(|old| old.get(field) == new.get(field));
    if let Some(stage) = stage {
        let given = old.is_none() && !new.get("Probability").is_null();
        if follows(new, "Probability") && !given {
            new.set("Probability", stage.probability);
        }
    }
    let given = old.is_none() && !new.get("ForecastCategoryName").is_null();
    if (follows(new, "ForecastCategoryName") && !given) || new.get("ForecastCategoryName").is_null()
    {
        new.set(
            "ForecastCategoryName",
            stage.map_or("Pipeline", |stage| stage.forecast),
        );
    }
}

fn calculate(new: &mut Record, stage: Option<Stage>) {
    new.set("IsClosed", stage.is_some_and(|stage| stage.closed));
    new.set("IsWon", stage.is_some_and(|stage| stage.won));
    let forecast = new.get("ForecastCategoryName").as_text().and_then(|name| {
        FORECASTS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, code)| *code)
    });
    new.set("ForecastCategory", forecast);
    let amount = new.get("Amount").as_number();
    let probability = new.get("Probability").as_number();
    // Rounded to the two digits that the field keeps.
    let expected = amount
        .zip(probability)
        .map(|(a, p)| (a * p).round() / 100.0);
    new.set("ExpectedRevenue", expected);
    let close = new.get("CloseDate").as_date();
    let year = close.map(|day| i64::from(day.year()));
    let quarter = close.map(|day| i64::from((day.month() + 2) / 3));
    new.set("FiscalYear", year);
    new.set("FiscalQuarter", quarter);
    let fiscal = year
        .zip(quarter)
        .map(|(year, quarter)| format!("{year} {quarter}"));
    new.set("Fiscal", fiscal.map_or(Value::Null, Value::text));
}
