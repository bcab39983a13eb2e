//! Records to CSV logs, logs to charts and pages.
