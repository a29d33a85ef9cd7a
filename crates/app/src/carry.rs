//! Messages on their way from the outboxes of their senders into the inboxes of their receivers (§4).
//!
//! What came meanwhile goes together. If that fails, halves of it are tried, down to the sender whose
//! messages do not go: the others go on together.

use std::collections::{BTreeSet, VecDeque};

use openlma_core::{Code, Error, Id, Result};
use openlma_store::Priority;
use openlma_store::messages::{self, Carried};

use crate::App;

/// Most senders whose messages go together.
const SENDERS: usize = 200;

/// What became of messages that were to be carried.
#[derive(Debug, Default)]
pub struct Delivery {
    /// Messages that went.
    pub sent: usize,
    /// Senders with messages that did not go; they stay with them.
    pub failed: BTreeSet<Id>,
    /// The first reason, when there is a failed sender.
    pub error: Option<Error>,
}

impl Delivery {
    fn fail(&mut self, senders: impl IntoIterator<Item = Id>, error: Error) {
        self.failed.extend(senders);
        self.error.get_or_insert(error);
    }
}

impl App {
    /// Carries what an org has to send. Answers how many messages went. A receiver whose inbox takes
    /// nothing does not keep the others from theirs.
    ///
    /// # Errors
    /// The first one, of the database; what did not go stays with its sender.
    pub async fn deliver(&self, org: Id) -> Result<usize> {
        let delivery = self.carry_apart(&[org]).await;
        delivery.error.map_or(Ok(delivery.sent), Err)
    }

    /// Carries what orgs have to send, together. A sender with a message that does not go keeps the
    /// others from nothing; what else it has to send is left to [`App::carry_apart`].
    pub async fn carry(&self, senders: &[Id]) -> Delivery {
        let mut delivery = Delivery::default();
        let mut batches: VecDeque<_> = senders.chunks(SENDERS).map(<[Id]>::to_vec).collect();
        while let Some(mut batch) = batches.pop_front() {
            match self.carry_to(&batch, None).await {
                // What nobody could take is with another node, which goes on with what is behind it.
                Ok(carried) if carried.messages == 0 => {}
                Ok(carried) => {
                    delivery.sent += carried.messages;
                    batches.extend(Some(carried.left).filter(|left| !left.is_empty()));
                }
                // The others would have to wait for the database as well.
                Err(e) if e.code == Code::Unavailable => {
                    delivery.fail(batch.into_iter().chain(batches.drain(..).flatten()), e);
                }
                Err(e) if batch.len() == 1 => delivery.fail(batch, e),
                Err(_) => {
                    let second = batch.split_off(batch.len() / 2);
                    batches.extend([batch, second]);
                }
            }
        }
        delivery
    }

    /// As [`App::carry`], and then of each sender with a message that does not go what is for each
    /// receiver by itself.
    pub async fn carry_apart(&self, senders: &[Id]) -> Delivery {
        let mut delivery = self.carry(senders).await;
        let answers = delivery.error.take_if(|e| e.code != Code::Unavailable);
        if answers.is_some() {
            for sender in std::mem::take(&mut delivery.failed) {
                self.carry_ways(sender, &mut delivery).await;
            }
        }
        delivery
    }

    /// Carries an org's messages to each of its receivers.
    async fn carry_ways(&self, sender: Id, delivery: &mut Delivery) {
        let ways = self.store().look(move |tx| messages::ways(tx, sender));
        let ways = match ways.await {
            Ok(ways) => ways,
            Err(e) => return delivery.fail([sender], e),
        };
        for receiver in ways {
            loop {
                match self.carry_to(&[sender], Some(receiver)).await {
                    Ok(carried) if carried.messages > 0 => delivery.sent += carried.messages,
                    Ok(_) => break,
                    Err(e) => {
                        delivery.fail([sender], e);
                        break;
                    }
                }
            }
        }
    }

    /// One pass: what is at the heads of the senders' queues.
    async fn carry_to(&self, senders: &[Id], receiver: Option<Id>) -> Result<Carried> {
        let (senders, now) = (senders.to_vec(), self.now());
        self.store()
            .write_at(Priority::Background, move |tx| {
                messages::carry(tx, &senders, receiver, now)
            })
            .await
    }
}
