use crate::arguments::Config;
pub fn check(_: &Config) -> anyhow::Result<()> {
    Ok(())
}
