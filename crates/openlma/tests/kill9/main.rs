//! The real program is killed with SIGKILL in the middle of its work: nothing that it acknowledged is
//! lost or doubled, and what it had begun is brought to its end by the next one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise, in its helpers too"
)]

mod installs;
mod place;
mod refreshes;
