//! Orgs and their people.

use openlma_app::orgs::NewOrg;
use openlma_app::users::NewUser;
use openlma_core::org::OrgStatus;
use openlma_core::{Id, Result};

use super::{Stage, day};
use crate::demo::cast::{Org, Person};
use crate::demo::facts;

/// User name of the operator.
const OPERATOR: &str = "operator@demo.example";

impl Stage<'_> {
    /// The operator with the first business org.
    pub(super) async fn first(&mut self, org: &Org) -> Result<()> {
        let operator = NewUser {
            username: OPERATOR.into(),
            last_name: "Operator".into(),
            password: Some(self.password.clone()),
            ..NewUser::default()
        };
        self.facts.operator = facts::User {
            org: None,
            username: OPERATOR.into(),
            password: self.password.clone(),
            profile: None,
            active: true,
        };
        let new = self.new_org(org, &["business"]);
        if let Some(made) = self.app.init(&operator, Some(&new)).await? {
            self.note_org(org, made.id, &["business"]);
        }
        self.people(org).await
    }

    /// An org with everybody in it.
    pub(super) async fn org(&mut self, org: &Org, roles: &[&str]) -> Result<()> {
        let new = self.new_org(org, roles);
        let operator = self.operator().await?;
        let made = self.app.create_org(&operator, &new).await?;
        self.note_org(org, made.id, roles);
        self.people(org).await
    }

    fn new_org(&self, org: &Org, roles: &[&str]) -> NewOrg {
        let administrator = org.people.first().map(|p| self.new_user(p, &org.name));
        NewOrg {
            name: org.name.clone(),
            domain: org.domain.clone(),
            edition: org.edition,
            status: status(org),
            trial_end: org.trial_days.map(day),
            sandbox: org.sandbox,
            instance: None,
            country: Some(org.place.country.into()),
            language: Some(org.place.language.into()),
            time_zone: org.place.zone.into(),
            business: roles.contains(&"business"),
            packaging: roles.contains(&"packaging"),
            administrator: administrator.unwrap_or_default(),
        }
    }

    fn note_org(&mut self, org: &Org, id: Id, roles: &[&str]) {
        self.facts.orgs.push(facts::Org {
            id: id.to_string(),
            name: org.name.clone(),
            domain: org.domain.clone(),
            roles: roles.iter().map(|r| (*r).to_owned()).collect(),
            edition: org.edition.to_string(),
            status: status(org).to_string(),
            time_zone: org.place.zone.into(),
            sandbox: org.sandbox,
        });
    }

    /// Signs the administrator in and makes the others.
    async fn people(&mut self, org: &Org) -> Result<()> {
        let Some((admin, others)) = org.people.split_first() else {
            return Ok(());
        };
        let actor = self.actor(&admin.username).await?;
        self.note_user(org, admin);
        for person in others {
            let new = self.new_user(person, &org.name);
            let id = self.app.create_user(&actor, &new).await?;
            if !person.active {
                self.app.set_user_active(&actor, id, false).await?;
            }
            self.note_user(org, person);
        }
        self.actors.insert(org.domain.clone(), actor);
        Ok(())
    }

    fn note_user(&mut self, org: &Org, person: &Person) {
        if !person.signs_in {
            return;
        }
        self.facts.users.push(facts::User {
            org: Some(org.domain.clone()),
            username: person.username.clone(),
            password: self.password.clone(),
            profile: Some(person.profile.into()),
            active: person.active,
        });
    }

    fn new_user(&self, person: &Person, company: &str) -> NewUser {
        NewUser {
            username: person.username.clone(),
            first_name: Some(person.first_name.into()),
            last_name: person.last_name.clone(),
            email: None,
            password: person.signs_in.then(|| self.password.clone()),
            profile: Some(person.profile.into()),
            external_id: person.external_id.clone(),
            company: Some(company.to_owned()),
            country: None,
            state: None,
        }
    }
}

fn status(org: &Org) -> OrgStatus {
    if org.trial_days.is_some() {
        OrgStatus::Trial
    } else {
        OrgStatus::Active
    }
}
