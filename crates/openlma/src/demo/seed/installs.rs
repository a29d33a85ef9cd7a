//! Subscriber orgs: their installs, their seats, and what became of their licenses.

use openlma_app::data::Choice;
use openlma_app::install::InstallRequest;
use openlma_app::seats::CopyName;
use openlma_app::users::NewUser;
use openlma_core::access::names as profiles;
use openlma_core::license::modify::ModifyRequest;
use openlma_core::license::{Seats, Status};
use openlma_core::org::OrgStatus;
use openlma_core::{Error, Id, Result};

use super::{Stage, day};
use crate::demo::cast::{Cast, Customer, Fate};

/// An install that was made.
pub(super) struct Installed {
    pub(super) domain: String,
    pub(super) org: Id,
    pub(super) install: Id,
    pub(super) namespace: &'static str,
    pub(super) key: Option<String>,
    pub(super) publisher: usize,
    pub(super) fate: Fate,
    /// User names: with a seat, then without.
    pub(super) users: Vec<String>,
}

/// Seats that a customer assigns beside the administrator's.
const SEATED: usize = 2;
/// With so many, two licensed seats are too few.
const SEATED_OVER: usize = 3;

impl Stage<'_> {
    /// An org with its install and seats.
    pub(super) async fn customer(&mut self, customer: &Customer) -> Result<Installed> {
        let org = &customer.org;
        self.org(org, &["subscriber"]).await?;
        let namespace = self.namespace_of(customer.publisher)?;
        let mut installed = self.install(&org.domain, namespace).await?;
        installed.publisher = customer.publisher;
        installed.fate = customer.fate;
        let active = org.people.iter().filter(|p| p.active);
        installed.users = active.map(|p| p.username.clone()).collect();
        self.settle().await?;
        let seats = match customer.fate {
            Fate::Site => 0,
            _ if org.sandbox => 0,
            Fate::OverUsed => SEATED_OVER,
            _ => SEATED,
        };
        if seats > 0 {
            let users: Vec<String> = installed
                .users
                .iter()
                .skip(1)
                .take(seats)
                .cloned()
                .collect();
            let copy = CopyName::Namespace(namespace.to_owned());
            let admin = self.admin(&org.domain)?;
            self.app.assign_seats(admin, &copy, &users, false).await?;
        }
        Ok(installed)
    }

    fn namespace_of(&self, publisher: usize) -> Result<&'static str> {
        let registered = self.packages.iter().filter(|p| p.registered);
        registered
            .map(|p| p.namespace)
            .nth(publisher)
            .ok_or_else(|| Error::internal("a publisher without a package"))
    }

    async fn install(&self, domain: &str, namespace: &'static str) -> Result<Installed> {
        let admin = self.admin(domain)?;
        let version = self.package(namespace)?.versions.last();
        let (_, version) = version.ok_or_else(|| Error::internal("a package without version"))?;
        let request = InstallRequest {
            version: *version,
            access: Choice::Administrators,
            confirm: true,
        };
        let answer = self.app.install(admin, &request, None).await?;
        Ok(Installed {
            domain: domain.to_owned(),
            org: admin.org_id(),
            install: answer.install.id,
            namespace,
            key: answer.key,
            publisher: 0,
            fate: Fate::Bought,
            users: Vec::new(),
        })
    }

    /// What becomes of an install in the end.
    pub(super) async fn fate(&mut self, cast: &Cast, install: &Installed) -> Result<()> {
        let request = match install.fate {
            Fate::Ending(_) | Fate::Expired => return Ok(()),
            Fate::Gone => {
                let admin = self.admin(&install.domain)?;
                self.app.uninstall(admin, install.install).await?;
                return self.settle().await;
            }
            Fate::Locked => return self.lock(install).await,
            Fate::Bought => ModifyRequest {
                status: Some(Status::Active),
                seats: Some(Seats::number(25)?),
                expiration: Some(Some(day(365))),
            },
            Fate::Site => ModifyRequest {
                status: Some(Status::Active),
                seats: Some(Seats::Site),
                expiration: Some(None),
            },
            Fate::Suspended => ModifyRequest {
                status: Some(Status::Suspended),
                ..ModifyRequest::default()
            },
            Fate::OverUsed => ModifyRequest {
                status: Some(Status::Active),
                seats: Some(Seats::number(2)?),
                expiration: Some(Some(day(90))),
            },
        };
        let business = &cast.publishers[install.publisher].business.domain;
        let admin = self.admin(business)?;
        let license = self.license_of(admin, install).await?;
        self.app
            .modify_license(admin, license, &request, false, true)
            .await
            .map(drop)
    }

    async fn license_of(&self, admin: &openlma_app::Actor, install: &Installed) -> Result<Id> {
        let text = format!(
            "SELECT Id FROM sfLma__License__c WHERE sfLma__Subscriber_Org_ID__c = '{}'",
            install.org.as_str()
        );
        let rows = self.query(admin, &text).await?;
        rows.first()
            .and_then(|row| row.first()?.as_id())
            .ok_or_else(|| Error::internal(format!("no license of {} was made", install.domain)))
    }

    async fn lock(&mut self, install: &Installed) -> Result<()> {
        let operator = self.operator().await?;
        self.app
            .set_org_status(&operator, install.org, OrgStatus::Locked)
            .await?;
        let org = self
            .facts
            .orgs
            .iter_mut()
            .find(|o| o.domain == install.domain);
        if let Some(org) = org {
            org.status = OrgStatus::Locked.to_string();
        }
        self.settle().await
    }

    /// An install whose message waits: the lead manager of the second publisher has left.
    pub(super) async fn held(&mut self, cast: &Cast, installed: &[Installed]) -> Result<()> {
        let (Some(customer), [_, publisher, ..]) = (
            installed
                .iter()
                .find(|i| i.publisher == 0 && i.fate != Fate::Locked),
            cast.publishers.as_slice(),
        ) else {
            return Ok(());
        };
        let business = self.admin(&publisher.business.domain)?;
        let leaver = NewUser {
            username: format!("leaver@{}.example", publisher.business.domain),
            first_name: Some("Leaver".into()),
            last_name: "Ledgers".into(),
            profile: Some(profiles::LICENSE_ADMINISTRATOR.into()),
            ..NewUser::default()
        };
        let leaver = self.app.create_user(business, &leaver).await?;
        self.set_lead_manager(publisher, leaver).await?;
        self.app.set_user_active(business, leaver, false).await?;
        let namespace = self.namespace_of(1)?;
        self.install(&customer.domain, namespace).await?;
        self.settle().await
    }
}
