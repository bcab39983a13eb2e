//! The instruction sets that kernels are compiled for.

use pulp::{Arch, WithSimd};

/// The instructions that the engine can use. All give the same bits. The numbers of runs below are those of narrow networks in
/// f64; in f32 they are twice as many, but for the portable instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstructionSet {
    /// One run at a time, on any processor.
    Portable,
    /// Four runs at a time: x86-64 with AVX2 and FMA.
    Avx2,
    /// Eight runs at a time: x86-64 with AVX-512.
    Avx512,
    /// Two runs at a time: AArch64.
    Neon,
}

impl InstructionSet {
    /// The instruction sets that this processor has, the portable one first and the best last.
    pub fn available() -> Vec<InstructionSet> {
        #[allow(unused_mut, reason = "on other processors there is only the portable one")]
        let mut sets = vec![InstructionSet::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            sets.extend(pulp::x86::V3::try_new().map(|_| InstructionSet::Avx2));
            sets.extend(pulp::x86::V4::try_new().map(|_| InstructionSet::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        sets.extend(pulp::aarch64::Neon::try_new().map(|_| InstructionSet::Neon));
        sets
    }

    /// The best that this processor has.
    pub fn best() -> InstructionSet {
        *InstructionSet::available().last().expect("the portable one is always there")
    }

    /// The name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            InstructionSet::Portable => "portable",
            InstructionSet::Avx2 => "avx2+fma",
            InstructionSet::Avx512 => "avx512",
            InstructionSet::Neon => "neon",
        }
    }

    /// Runs `op` with these instructions; with the portable ones where this processor lacks them.
    pub(crate) fn dispatch<Op: WithSimd>(self, op: Op) -> Op::Output {
        #[cfg(target_arch = "x86_64")]
        match self {
            InstructionSet::Avx2 => {
                if let Some(simd) = pulp::x86::V3::try_new() {
                    return Arch::V3(simd).dispatch(op);
                }
            }
            InstructionSet::Avx512 => {
                if let Some(simd) = pulp::x86::V4::try_new() {
                    return Arch::V4(simd).dispatch(op);
                }
            }
            InstructionSet::Portable | InstructionSet::Neon => {}
        }
        #[cfg(target_arch = "aarch64")]
        if self == InstructionSet::Neon
            && let Some(simd) = pulp::aarch64::Neon::try_new()
        {
            return Arch::Neon(simd).dispatch(op);
        }
        Arch::Scalar.dispatch(op)
    }
}
