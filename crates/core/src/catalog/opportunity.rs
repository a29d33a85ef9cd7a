//! Opportunity: a sale in progress.

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("Opportunity", "Opportunity", "opportunities")
        .plural("Opportunities")
        .prefix("006")
        .generic()
        .ops("CUD u r s l m t")
        .recycle_bin()
        .fields([
            field(
                "AccountId",
                "Account ID",
                T::reference(&["Account"], "Account"),
                "CUn",
            )
            .children("Opportunities", OnDelete::Cascade),
            field("IsPrivate", "Private", T::Boolean, "CUD"),
            field("Name", "Name", T::String(120), "CUIN !").indexed(),
            field("Description", "Description", T::TextArea(32000), "CUn"),
            field(
                "StageName",
                "Stage",
                T::Picklist(p::OPPORTUNITY_STAGE, 255),
                "CU !",
            ),
            field("Amount", "Amount", T::Currency(18, 2), "CUn"),
            field("Probability", "Probability (%)", T::Percent(3, 0), "CUnD"),
            field(
                "ExpectedRevenue",
                "Expected Amount",
                T::Currency(18, 2),
                "n",
            )
            .calculated(&["Amount", "Probability"]),
            field(
                "TotalOpportunityQuantity",
                "Quantity",
                T::Double(18, 2),
                "CUn",
            ),
            field("CloseDate", "Close Date", T::Date, "CU !").indexed(),
            field(
                "Type",
                "Opportunity Type",
                T::Picklist(p::OPPORTUNITY_TYPE, 255),
                "CUn",
            ),
            field("NextStep", "Next Step", T::String(255), "CUn"),
            field(
                "LeadSource",
                "Lead Source",
                T::Picklist(p::LEAD_SOURCE, 255),
                "CUn",
            ),
            field("IsClosed", "Closed", T::Boolean, "D").calculated(&["StageName"]),
            field("IsWon", "Won", T::Boolean, "D").calculated(&["StageName"]),
            field(
                "ForecastCategory",
                "Forecast Category",
                T::Picklist(p::FORECAST, 40),
                "R",
            )
            .calculated(&["StageName", "ForecastCategoryName"]),
            field(
                "ForecastCategoryName",
                "Forecast Category",
                T::Picklist(p::FORECAST_NAME, 255),
                "CUnDR",
            ),
            parts::owner(&["User"]),
            field("FiscalYear", "Fiscal Year", T::Int(8), "n")
                .calculated(&["CloseDate"])
                .part_of("Fiscal"),
            field("FiscalQuarter", "Fiscal Quarter", T::Int(8), "n")
                .calculated(&["CloseDate"])
                .part_of("Fiscal"),
            field("Fiscal", "Fiscal Period", T::String(6), "n").calculated(&["CloseDate"]),
            field("ContactId", "Contact ID", T::lookup(&["Contact"]), "Cn")
                .children("Opportunities", OnDelete::SetNull),
            field(
                "LastStageChangeDate",
                "Last Stage Change Date",
                T::DateTime,
                "n",
            ),
        ])
        .audit()
        .activities()
        .viewed()
        .build()
}
