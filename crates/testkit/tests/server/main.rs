//! The whole server over real HTTP, on both databases, in one binary so that it is linked once.
//! Every exchange under `/api/v1` is held against the OpenAPI document by the client itself.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, in its helpers too"
)]

mod agreement;
mod api;
mod bad_input;
mod batches;
mod betas;
mod blank_texts;
mod by_hand;
mod chain;
mod checks;
mod connections;
mod conversion;
mod custom_fields;
mod deleted_licenses;
mod deleted_meanwhile;
mod delivery;
mod deprecated;
mod duplicates;
mod errors;
mod funnel;
mod granting;
mod installs;
mod keys;
mod license_type;
mod licenses;
mod lma_access;
mod members;
mod messages;
mod moving;
mod moving_installs;
mod named_fields;
mod new_trials;
mod nodes;
mod nul;
mod one_each;
mod org_settings;
mod pages;
mod past_days;
mod races;
mod refresh;
mod registrations;
mod remembered;
mod rest;
mod saves;
mod seats;
mod security;
mod signing_in;
mod statuses;
mod support;
mod sync;
mod tenancy;
mod terms;
mod unreachable;
mod zones;
