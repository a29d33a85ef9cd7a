//! Randomness that is the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use openlma_app::Random;
use sha2::{Digest, Sha256};

/// Hashes of a counter.
#[derive(Debug, Default)]
pub struct SeededRandom(AtomicU64);

impl SeededRandom {
    /// Another row of numbers for each node of a server, which would else give the same token twice.
    #[must_use]
    pub fn of_node(node: u32) -> SeededRandom {
        SeededRandom(AtomicU64::new(u64::from(node) << 32))
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let n = self.0.fetch_add(1, Ordering::Relaxed);
            let hash = Sha256::digest(n.to_be_bytes());
            chunk.copy_from_slice(&hash[..chunk.len()]);
        }
    }
}
