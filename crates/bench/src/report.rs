//! What was measured, as a table and as JSON.

use anyhow::Result;
use serde::Serialize;

use crate::cpu;

/// One measure on one database.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) database: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) ours: Vec<f64>,
    pub(crate) baseline: Baseline,
    pub(crate) cpu_us_per_op: Option<CpuPerOp>,
    pub(crate) ratio_median: f64,
    pub(crate) ratio_min: f64,
    pub(crate) ratio_max: f64,
    pub(crate) target: String,
    pub(crate) met: Option<bool>,
    pub(crate) notes: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Baseline {
    pub(crate) name: &'static str,
    pub(crate) values: Vec<f64>,
}

#[derive(Debug, Serialize)]
pub(crate) struct CpuPerOp {
    pub(crate) ours: f64,
    pub(crate) baseline: f64,
}

/// The middle of the values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value that so many of a hundred do not exceed.
pub(crate) fn percentile(values: &[f64], hundredths: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * hundredths).div_ceil(100);
    sorted
        .get(place.saturating_sub(1))
        .copied()
        .unwrap_or(f64::NAN)
}

/// Median, least and greatest of the pairs' ratios.
pub(crate) fn ratios(ours: &[f64], baseline: &[f64]) -> (f64, f64, f64) {
    let ratios: Vec<f64> = ours.iter().zip(baseline).map(|(a, b)| a / b).collect();
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (median(&ratios), least, greatest)
}

pub(crate) fn print(results: &[Measured]) {
    println!(
        "{:<15} {:<9} {:>12} {:>12} {:>8} {:>15}  {:<10} met",
        "measure", "database", "ours", "baseline", "ratio", "least-greatest", "target"
    );
    for r in results {
        println!(
            "{:<15} {:<9} {:>12.2} {:>12.2} {:>8.2} {:>15}  {:<10} {}",
            r.name,
            r.database,
            median(&r.ours),
            median(&r.baseline.values),
            r.ratio_median,
            format!("{:.2}-{:.2}", r.ratio_min, r.ratio_max),
            r.target,
            match r.met {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "-",
            }
        );
        println!("          unit: {}; baseline: {}", r.unit, r.baseline.name);
        for note in &r.notes {
            println!("          {note}");
        }
    }
}

pub(crate) fn json(results: &[Measured]) -> Result<String> {
    #[derive(Serialize)]
    struct Report<'a> {
        schema: u32,
        commit: String,
        cpu: String,
        cores: usize,
        fsync_us: u128,
        results: &'a [Measured],
    }
    let commit = std::process::Command::new("git")
        .args(["rev-parse", "--short", "HEAD"])
        .output();
    let report = Report {
        schema: 1,
        commit: commit
            .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
            .unwrap_or_default(),
        cpu: cpu::name(),
        cores: std::thread::available_parallelism()?.get(),
        fsync_us: cpu::fsync()?.as_micros(),
        results,
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}
