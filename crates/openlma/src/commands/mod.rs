//! One file per group of commands. A command reads its flags, asks the server or a use case, and
//! shows the answer; it decides nothing.

pub(crate) mod config;
pub(crate) mod init;
pub(crate) mod serve;
