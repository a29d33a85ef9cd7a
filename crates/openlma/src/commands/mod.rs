//! One file per group of commands. A command reads its flags, asks the server or a use case, and
//! shows the answer; it decides nothing.

pub(crate) mod business;
pub(crate) mod config;
mod details;
pub(crate) mod field;
pub(crate) mod grants;
pub(crate) mod init;
pub(crate) mod install;
pub(crate) mod key;
pub(crate) mod lead;
pub(crate) mod license;
pub(crate) mod login;
mod moving;
pub(crate) mod org;
pub(crate) mod package;
pub(crate) mod refresh;
pub(crate) mod seat;
pub(crate) mod serve;
pub(crate) mod soql;
pub(crate) mod user;
