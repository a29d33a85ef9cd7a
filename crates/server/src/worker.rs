//! The worker: carries messages between orgs and runs background jobs as soon as a commit says that
//! there are some, and looks for what was left behind.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openlma_app::App;
use openlma_app::carry::Delivery;
use openlma_app::data::Signal;
use openlma_core::{Id, Result};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Between two looks at the commit feed.
const POLL: Duration = Duration::from_millis(200);
/// Between two scans for work whose time has come.
const SCAN: Duration = Duration::from_secs(1);
/// Between two rounds of forgetting.
const PRUNE: Duration = Duration::from_secs(60);
/// Between two tries when the database does not answer.
const PAUSE: Duration = Duration::from_millis(500);
/// A job rests so many times as long as its last step took, up to [`LONGEST_REST`]: whoever waits
/// for an answer finds the machine free.
const REST: u32 = 4;
/// A thousand steps of a refresh see 100,000 installs: they rest 25 s in all at most.
const LONGEST_REST: Duration = Duration::from_millis(25);

/// Work: one task of each at a time, and once more if something came meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Work {
    /// What all orgs have to send that are in [`Senders::ready`].
    Carry,
    /// After a pause what those have to send that are in [`Senders::failed`].
    CarryFailed,
    Apply(Id),
    Jobs(Id),
}

/// Orgs that have something to send.
#[derive(Debug, Default)]
struct Senders {
    /// What comes while messages are carried goes together.
    ready: BTreeSet<Id>,
    /// Whose messages did not all go: they keep nobody else from anything.
    failed: BTreeSet<Id>,
}

/// The running worker.
pub struct Worker {
    app: App,
    /// Work under way; true when it must be looked at once more.
    busy: Mutex<HashMap<Work, bool>>,
    senders: Mutex<Senders>,
    stopping: AtomicBool,
    told_to_stop: Notify,
    tasks: tokio::sync::Mutex<Vec<JoinHandle<()>>>,
    delivered: AtomicU64,
    applied: AtomicU64,
}

impl Worker {
    /// Starts the worker's tasks; call it inside the async runtime.
    #[must_use]
    pub fn start(app: App) -> Arc<Worker> {
        let worker = Arc::new(Worker {
            app,
            busy: Mutex::default(),
            senders: Mutex::default(),
            stopping: AtomicBool::new(false),
            told_to_stop: Notify::new(),
            tasks: tokio::sync::Mutex::default(),
            delivered: AtomicU64::new(0),
            applied: AtomicU64::new(0),
        });
        let (heard, hears) = mpsc::unbounded_channel();
        worker.app.listen(move |signals| {
            // The worker ended: the scan of the next start finds the work.
            let _ = heard.send(signals.to_vec());
        });
        let tasks = vec![
            tokio::spawn(Arc::clone(&worker).hear(hears)),
            tokio::spawn(Arc::clone(&worker).follow_feed()),
            tokio::spawn(Arc::clone(&worker).scan()),
        ];
        // Nobody else holds the lock yet.
        if let Ok(mut kept) = worker.tasks.try_lock() {
            *kept = tasks;
        }
        worker
    }

    /// Ends the tasks after what they are doing.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.told_to_stop.notify_waiters();
    }

    /// Waits until the tasks have ended after [`Worker::stop`]; work under way is finished or
    /// left to its lease.
    pub async fn stopped(&self) {
        for task in self.tasks.lock().await.drain(..) {
            // A task that panicked has ended as well.
            let _ = task.await;
        }
    }

    /// Messages handed over since the start.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// Messages applied or held since the start.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.applied.load(Ordering::Relaxed)
    }

    /// Is nothing under way?
    #[must_use]
    pub fn idle(&self) -> bool {
        self.busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    /// Commits of this node.
    async fn hear(self: Arc<Self>, mut hears: mpsc::UnboundedReceiver<Vec<Signal>>) {
        loop {
            // Made before the question: from here on no word is missed.
            let told_to_stop = self.told_to_stop.notified();
            if self.stopping.load(Ordering::Relaxed) {
                return;
            }
            let signals = tokio::select! {
                signals = hears.recv() => signals,
                () = told_to_stop => None,
            };
            match signals {
                Some(signals) if !self.stopping.load(Ordering::Relaxed) => self.wake(&signals),
                _ => return,
            }
        }
    }

    /// Commits of every node, from the feed.
    async fn follow_feed(self: Arc<Self>) {
        let mut position = None;
        while !self.pause(POLL).await {
            let polled = self.app.follow_feed(position.clone()).await;
            match polled {
                Ok((now_at, signals)) => {
                    position = Some(now_at);
                    self.wake(&signals);
                }
                Err(_) => self.app.heard_nothing(),
            }
        }
    }

    /// Work whose time has come: back-off over, lease ended, left behind by a crash.
    async fn scan(self: Arc<Self>) {
        let mut since_prune = PRUNE;
        loop {
            if let Ok(signals) = self.app.due_work().await {
                self.wake(&signals);
            }
            if since_prune >= PRUNE {
                since_prune = Duration::ZERO;
                if let Err(e) = self.app.prune().await {
                    tracing::warn!(error = %e, "nothing was pruned");
                }
            }
            since_prune += SCAN;
            if self.pause(SCAN).await {
                return;
            }
        }
    }

    /// Waits; true when the worker stops.
    async fn pause(&self, time: Duration) -> bool {
        let told_to_stop = self.told_to_stop.notified();
        if self.stopping.load(Ordering::Relaxed) {
            return true;
        }
        tokio::select! {
            () = tokio::time::sleep(time) => false,
            () = told_to_stop => true,
        }
    }

    fn wake(self: &Arc<Self>, signals: &[Signal]) {
        for signal in signals {
            match signal {
                Signal::Outbox(org) => self.has_to_send(*org),
                Signal::Inbox(org) => self.begin(Work::Apply(*org)),
                Signal::Job(org) => self.begin(Work::Jobs(*org)),
                Signal::Org(_) | Signal::Entitlement(..) => {}
            }
        }
    }

    /// Of who is in [`Senders::failed`] all is looked at after the pause.
    fn has_to_send(self: &Arc<Self>, org: Id) {
        let mut senders = self.senders();
        if !senders.failed.contains(&org) {
            senders.ready.insert(org);
            drop(senders);
            self.begin(Work::Carry);
        }
    }

    fn senders(&self) -> MutexGuard<'_, Senders> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(self: &Arc<Self>, work: Work) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(again) = busy.get_mut(&work) {
            *again = true;
            return;
        }
        busy.insert(work, false);
        drop(busy);
        tokio::spawn(Arc::clone(self).run(work));
    }

    async fn run(self: Arc<Self>, work: Work) {
        loop {
            if let Err(e) = self.once(work).await {
                tracing::warn!(error = %e, ?work, "work between orgs is tried again");
                if self.pause(PAUSE).await {
                    break;
                }
            }
            let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
            match busy.get_mut(&work) {
                Some(again) if *again && !self.stopping.load(Ordering::Relaxed) => *again = false,
                _ => {
                    busy.remove(&work);
                    return;
                }
            }
        }
        self.busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&work);
    }

    async fn once(self: &Arc<Self>, work: Work) -> Result<()> {
        match work {
            Work::Carry => {
                let senders = Vec::from_iter(std::mem::take(&mut self.senders().ready));
                let delivery = self.app.carry(&senders).await;
                self.carried(&senders, delivery);
            }
            Work::CarryFailed => {
                if !self.pause(PAUSE).await {
                    let senders: Vec<Id> = self.senders().failed.iter().copied().collect();
                    let delivery = self.app.carry_apart(&senders).await;
                    self.carried(&senders, delivery);
                }
            }
            Work::Apply(org) => {
                let applied = self.app.apply_received(org).await?;
                self.applied.fetch_add(applied as u64, Ordering::Relaxed);
            }
            Work::Jobs(org) => self.run_jobs(org).await?,
        }
        Ok(())
    }

    /// Counts what went, and sees to it that what did not go is tried again.
    fn carried(self: &Arc<Self>, tried: &[Id], delivery: Delivery) {
        self.delivered
            .fetch_add(delivery.sent as u64, Ordering::Relaxed);
        if let Some(e) = delivery.error {
            tracing::warn!(error = %e, orgs = delivery.failed.len(), "messages are carried again");
        }
        let mut senders = self.senders();
        for org in tried {
            if delivery.failed.contains(org) {
                senders.ready.remove(org);
                senders.failed.insert(*org);
            } else if senders.failed.remove(org) {
                // It may have got something to send since it was tried.
                senders.ready.insert(*org);
            }
        }
        let (ready, failed) = (!senders.ready.is_empty(), !senders.failed.is_empty());
        drop(senders);
        if ready {
            self.begin(Work::Carry);
        }
        if failed {
            self.begin(Work::CarryFailed);
        }
    }

    /// Runs an org's jobs, one after the other, and rests between their steps. A job that is cut short
    /// is given back.
    async fn run_jobs(&self, org: Id) -> Result<()> {
        while let Some(mut job) = self.app.claim_job(org).await? {
            let mut began = Instant::now();
            while self.app.advance_job(&mut job).await? {
                let rest = LONGEST_REST.min(REST * began.elapsed());
                if self.pause(rest).await {
                    return self.app.release_job(job).await;
                }
                began = Instant::now();
            }
        }
        Ok(())
    }
}
