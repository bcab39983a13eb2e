//! The holder of a lock.

use serde::{Deserialize, Serialize};

/// The process that works on a results folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Number of the process.
    pub pid: u32,
    /// Name of its machine.
    pub host: String,
    /// When it began: RFC 3339 in UTC.
    pub since: String,
}
