//! The words by which names of metrics are recognised.

/// Whether a word is among some that are given in small letters, without regard to case.
pub(super) fn is_among(word: &[u8], given: impl Fn(&[u8]) -> bool) -> bool {
    const LONGEST: usize = 16;
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    given(lower)
}

/// Names of results of training, also with digits at their end (`top5`, `f1`).
pub(super) fn results(word: &[u8]) -> bool {
    matches!(
        word,
        b"loss"
            | b"losses"
            | b"nll"
            | b"elbo"
            | b"acc"
            | b"accuracy"
            | b"err"
            | b"error"
            | b"wer"
            | b"cer"
            | b"perplexity"
            | b"ppl"
            | b"bpb"
            | b"bpc"
            | b"bpd"
            | b"bleu"
            | b"rouge"
            | b"meteor"
            | b"auc"
            | b"auroc"
            | b"auprc"
            | b"aucpr"
            | b"map"
            | b"ap"
            | b"iou"
            | b"miou"
            | b"dice"
            | b"f"
            | b"fscore"
            | b"mse"
            | b"rmse"
            | b"mae"
            | b"mape"
            | b"msle"
            | b"rmsle"
            | b"mlogloss"
            | b"logloss"
            | b"merror"
            | b"r"
            | b"crossentropy"
            | b"entropy"
            | b"xent"
            | b"kl"
            | b"kld"
            | b"reward"
            | b"rewards"
            | b"rew"
            | b"return"
            | b"returns"
            | b"score"
            | b"psnr"
            | b"ssim"
            | b"fid"
            | b"top"
            | b"recall"
            | b"precision"
            | b"mcc"
            | b"kappa"
            | b"ndcg"
            | b"mrr"
            | b"likelihood"
            | b"objective"
            | b"cost"
            | b"pearson"
            | b"spearman"
            | b"regret"
    )
}

/// Words of settings: with one of these, a name is no result (`loss_weight`, `score_threshold`).
pub(super) fn settings(word: &[u8]) -> bool {
    matches!(
        word,
        b"weight"
            | b"weights"
            | b"scale"
            | b"scaling"
            | b"scaler"
            | b"threshold"
            | b"thresh"
            | b"type"
            | b"fn"
            | b"func"
            | b"function"
            | b"coef"
            | b"coeff"
            | b"coefficient"
            | b"factor"
            | b"name"
            | b"smoothing"
            | b"scheduler"
            | b"clip"
            | b"every"
            | b"freq"
            | b"interval"
            | b"patience"
            | b"tol"
            | b"tolerance"
            | b"reduction"
            | b"alpha"
            | b"beta"
            | b"gamma"
            | b"lambda"
            | b"margin"
            | b"target"
            | b"count"
            | b"num"
            | b"number"
            | b"code"
            | b"id"
    )
}

/// Words that head the metrics of one part of the data.
pub(super) fn parts(word: &[u8]) -> bool {
    matches!(
        word,
        b"train"
            | b"training"
            | b"val"
            | b"valid"
            | b"validation"
            | b"validate"
            | b"validating"
            | b"test"
            | b"testing"
            | b"eval"
            | b"evaluation"
            | b"evaluating"
            | b"dev"
            | b"holdout"
    )
}

/// Words before the name of a result that belong to it.
pub(super) fn qualities(word: &[u8]) -> bool {
    matches!(
        word,
        b"avg"
            | b"average"
            | b"mean"
            | b"best"
            | b"final"
            | b"total"
            | b"min"
            | b"max"
            | b"running"
            | b"smoothed"
            | b"ema"
            | b"current"
            | b"lm"
            | b"overall"
    )
}

/// Words in the place of a value that there is none, or none yet.
pub(super) fn missing(word: &[u8]) -> bool {
    matches!(
        word,
        b"n/a"
            | b"na"
            | b"n.a"
            | b"none"
            | b"null"
            | b"nil"
            | b"no"
            | b"not"
            | b"never"
            | b"missing"
            | b"undefined"
            | b"unavailable"
            | b"unknown"
            | b"pending"
            | b"skip"
            | b"skipped"
            | b"skipping"
            | b"disabled"
            | b"off"
    )
}

/// Words between a number and what it is about, in a sentence: `improved from 0.5 to 0.25`.
pub(super) fn relations(word: &[u8]) -> bool {
    matches!(
        word,
        b"from"
            | b"to"
            | b"by"
            | b"than"
            | b"of"
            | b"at"
            | b"in"
            | b"for"
            | b"after"
            | b"as"
            | b"with"
            | b"since"
            | b"until"
            | b"reached"
    )
}
