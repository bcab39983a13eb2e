//! The sharpness: the largest eigenvalue λmax of the Hessian of the training loss, over all training rows.
//!
//! Gradient descent at rate η is stable on a quadratic while λmax < 2/η; networks trained on the full batch sharpen
//! until they reach that limit, and hover there (Cohen et al. 2021, "Gradient descent on neural networks typically
//! occurs at the edge of stability").
//!
//! No Hessian is ever formed: the method of Lanczos asks only for products `H v`, which [`Hessian::times`] gives exactly,
//! without differences. Both are computed run by run, in vectors: a lane is a row, an input, or an entry of a direction.
//!
//! The same bits everywhere: sums in ascending order, one `mul_add` a term, and none crosses lanes; those over the entries
//! of a direction are of 32 parts, with any number of lanes. In f64, whatever the runs are trained in.

mod basis;
mod columns;
mod derivatives;
mod drift;
mod hessian;
mod lanczos;
mod numbers;
mod panel;
mod products;
mod tangent;
mod tridiagonal;

pub use hessian::Hessian;

use pulp::{Simd, WithSimd};

use self::hessian::panels;
use self::lanczos::Search;
use self::panel::Panel;
use self::tangent::Tangent;
use crate::lanes::{Doubles, Vector};
use crate::{Error, InstructionSet, Rows, Shape};

/// λmax of a shape's loss over the rows at parameters θ, in the network's order; NaN where the Hessian is not finite.
///
/// To 1e-10 of itself wherever the eigenvalues let the method settle within 128 products, mostly to 1e-12; beyond, the largest
/// value found, which is never above λmax. Of ties and signs: λmax is the largest eigenvalue, not the largest in size, so it
/// is negative at a maximum.
///
/// The kinks of relu, mae and huber count as the straight lines beside them: their second derivative is taken as 0
/// everywhere, which holds almost everywhere.
///
/// # Errors
/// As [`Hessian::at`].
pub fn sharpness(shape: &Shape, rows: &Rows, gain: f64, parameters: &[f64]) -> Result<f64, Error> {
    shape.check_rows(rows)?;
    shape.check_parameters(parameters)?;
    Ok(InstructionSet::best().dispatch(Sharpness { shape, rows, gain, parameters }))
}

struct Sharpness<'a> {
    shape: &'a Shape,
    rows: &'a Rows,
    gain: f64,
    parameters: &'a [f64],
}

impl WithSimd for Sharpness<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        Sharpest::new(self.shape, self.rows).of(Doubles(simd), self.shape, self.rows, self.gain, self.parameters)
    }
}

/// Finds the [sharpness](fn@sharpness) of one run after another of a shape over the same rows, where everything fits together.
pub(crate) struct Sharpest {
    search: Search,
    tangent: Tangent,
    panels: Vec<Panel>,
}

impl Sharpest {
    pub fn new(shape: &Shape, rows: &Rows) -> Sharpest {
        let (network, search) = (&shape.network, Search::new(shape.network.parameters()));
        Sharpest { search, tangent: Tangent::new(network, shape.loss, rows.len()), panels: panels(shape, rows) }
    }

    /// At parameters and a gain.
    pub fn of<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        shape: &Shape,
        rows: &Rows,
        gain: f64,
        parameters: &[f64],
    ) -> f64 {
        let Sharpest { search, tangent, panels } = self;
        let hessian = Hessian::unchecked(vector, shape, rows, gain, parameters, std::mem::take(panels));
        let found = search.largest_eigenvalue(vector, |v, product| hessian.multiply(vector, v, &mut *tangent, product));
        *panels = hessian.into_panels();
        found
    }
}
