//! Which metric the tables of a folder have as the objective.

use std::path::Path;

use etascape_sweep::program::ProgramExperiment;

/// The objective of a folder's tables: `runs.csv` has its columns behind those of the parameters, `status` and `steps`. As
/// long as there is no table, the one that the experiment would choose among no metrics.
pub(crate) fn objective_of(folder: &Path, experiment: &ProgramExperiment) -> String {
    let head = csv::Reader::from_path(folder.join("runs.csv")).ok().and_then(|mut table| table.headers().cloned().ok());
    let place = 1 + experiment.plan.parameters().len() + 2;
    let column = head.as_ref().and_then(|head| head.get(place)?.strip_prefix("initial_"));
    column.unwrap_or_else(|| experiment.program.rules.objective_name(&[])).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_objective_of_a_table_is_the_one_in_its_head_whoever_chose_it() {
        let text =
            "name = \"a\"\nprogram.command = [\"x\", \"{i}\"]\nsweep.parameters = { i = [1], initial_x = [2] }\n";
        let experiment = ProgramExperiment::parse(text, Path::new("e.toml"), &[]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(objective_of(folder.path(), &experiment), "loss", "there is no table yet");
        let head =
            "run_id,i,initial_x,status,steps,initial_val loss,final_val loss,min_val loss,loss,min_loss,max_loss\n";
        std::fs::write(folder.path().join("runs.csv"), head).unwrap();
        assert_eq!(objective_of(folder.path(), &experiment), "val loss");
        // etascape 0.4 did not choose.
        std::fs::write(folder.path().join("runs.csv"), head.replace("val loss", "loss")).unwrap();
        assert_eq!(objective_of(folder.path(), &experiment), "loss");
    }
}
