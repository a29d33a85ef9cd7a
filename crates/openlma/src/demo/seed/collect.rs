//! What came out: packages, licenses, checks and waiting messages, read back through the use
//! cases.

use openlma_core::catalog::LEAD_STATUSES;
use openlma_core::license::Seats;
use openlma_core::{Id, Result, Value};
use serde_json::json;

use super::Stage;
use super::installs::Installed;
use crate::demo::cast::{Cast, Fate};
use crate::demo::facts::{Check, License, Package};

/// Most waiting messages that are named.
const WAITING: i64 = 50;
const LICENSES: &str = "SELECT Id, Name, sfLma__Subscriber_Org_ID__c, sfLma__Status__c, \
                        sfLma__Seats__c, sfLma__Expiration__c FROM sfLma__License__c \
                        ORDER BY Name";

impl Stage<'_> {
    pub(super) async fn collect(&mut self, cast: &Cast, installed: &[Installed]) -> Result<()> {
        self.facts.packages = self
            .packages
            .iter()
            .map(|p| Package {
                namespace: p.namespace.into(),
                id: p.id.to_string(),
                registered: p.registered,
                versions: p
                    .versions
                    .iter()
                    .map(|(number, id)| json!({"id": id.to_string(), "number": number}))
                    .collect(),
            })
            .collect();
        for (index, publisher) in cast.publishers.iter().enumerate() {
            let domain = &publisher.business.domain;
            let of_publisher: Vec<&Installed> =
                installed.iter().filter(|i| i.publisher == index).collect();
            let licenses = self.licenses(domain, &of_publisher).await?;
            self.facts.licenses.extend(licenses);
            for waiting in self.app.waiting(self.admin(domain)?, None, WAITING).await? {
                self.facts.held.push(json!({
                    "message_id": waiting.message.id.to_string(),
                    "org": domain,
                    "reason": waiting.reason,
                    "fix": waiting.fix,
                }));
            }
        }
        // What is asked first has nothing unusual about it.
        let mut asked: Vec<&Installed> = installed.iter().collect();
        asked.sort_by_key(|i| i.fate != Fate::Bought);
        for install in asked {
            let publisher = &cast.publishers[install.publisher].business.domain;
            self.checks(install, publisher).await?;
        }
        self.facts.converted_status = LEAD_STATUSES
            .iter()
            .find(|(_, _, converted)| *converted)
            .map(|(label, ..)| (*label).to_owned());
        Ok(())
    }

    async fn licenses(&self, domain: &str, installed: &[&Installed]) -> Result<Vec<License>> {
        let rows = self.query(self.admin(domain)?, LICENSES).await?;
        rows.iter()
            .map(|row| {
                let subscriber = row[2].as_text().and_then(|text| Id::parse(text).ok());
                let install = installed.iter().find(|i| Some(i.org) == subscriber);
                Ok(License {
                    id: row[0].as_id().map(|id| id.to_string()).unwrap_or_default(),
                    name: row[1].as_text().unwrap_or_default().to_owned(),
                    org: install.map(|i| i.domain.clone()).unwrap_or_default(),
                    namespace: install.map(|i| i.namespace).unwrap_or_default().to_owned(),
                    status: row[3].as_text().unwrap_or_default().to_owned(),
                    seats: seats(&row[4])?,
                    expires_on: row[5].as_date().map(|day| day.to_string()),
                    installation_key: install.and_then(|i| i.key.clone()),
                })
            })
            .collect()
    }

    /// Asks for the first user with a seat and for the last, who has none.
    async fn checks(&mut self, install: &Installed, publisher: &str) -> Result<()> {
        let Some(key) = &install.key else {
            return Ok(());
        };
        let last = install.users.last().filter(|_| install.fate != Fate::Site);
        for user in install.users.get(1).into_iter().chain(last) {
            let checked = self.app.check_with_key(key, None, user).await?;
            self.facts.checks.push(Check {
                path: format!(
                    "/api/v1/licensed?namespace={}&user={user}",
                    install.namespace
                ),
                bearer: key.clone(),
                licensed: checked.answer.licensed,
                reason: Some(checked.answer.reason.to_string()),
                org: install.domain.clone(),
                publisher: publisher.to_owned(),
                namespace: install.namespace.to_owned(),
            });
        }
        Ok(())
    }
}

fn seats(stored: &Value) -> Result<serde_json::Value> {
    let number = stored.as_number().unwrap_or(-1.0);
    Ok(match Seats::from_number(number)? {
        Seats::Site => json!("site"),
        Seats::Number(n) => json!(n),
    })
}
