//! Products of the Hessian of a training loss with a vector, exact and at the price of a few gradients.

use pulp::{Simd, WithSimd};

use super::columns::ROWS;
use super::panel::Panel;
use super::tangent::{Sums, Tangent};
use crate::lanes::{Doubles, Vector, blocks};
use crate::{Error, InstructionSet, Rows, Shape};

/// The Hessian of a loss over rows, at one point.
///
/// With `∂` for the derivative along a direction V of the parameters, products are the gradient's own derivative
/// (Pearlmutter 1994, "Fast exact multiplication by the Hessian"). For a row with pre-activations z, activations a,
/// and δ = ∂loss/∂z, layer by layer as [`Network`](crate::Network) has them:
///
/// ```text
/// forwards    ∂z = s (V a + W ∂a) + Vb        ∂a = g φ′(g z) ∂z
/// at the end  ∂δ = r² ℓ″(y) ∂z                 with y = r z
/// backwards   e = s Wᵀδ,  ∂e = s (Wᵀ∂δ + Vᵀδ),  one layer down: ∂δ = g φ′(g z) ∂e + g² φ″(g z) ∂z e
/// the product H V: for W  s (∂δ aᵀ + δ ∂aᵀ),  for b  ∂δ
/// ```
pub struct Hessian<'a> {
    shape: &'a Shape,
    parameters: &'a [f64],
    rows: usize,
    panels: Vec<Panel>,
}

impl<'a> Hessian<'a> {
    /// The Hessian of the shape's loss over all the rows at the parameters, in the network's order.
    ///
    /// # Errors
    /// Where the network and the loss of the shape do not take the rows, or the network has another number of parameters.
    pub fn at(shape: &'a Shape, rows: &Rows, gain: f64, parameters: &'a [f64]) -> Result<Hessian<'a>, Error> {
        struct At<'a, 'r>(&'a Shape, &'r Rows, f64, &'a [f64]);
        impl<'a> WithSimd for At<'a, '_> {
            type Output = Hessian<'a>;
            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> Hessian<'a> {
                let panels = panels(self.0, self.1);
                Hessian::unchecked(Doubles(simd), self.0, self.1, self.2, self.3, panels)
            }
        }
        shape.check_rows(rows)?;
        shape.check_parameters(parameters)?;
        Ok(InstructionSet::best().dispatch(At(shape, rows, gain, parameters)))
    }

    /// [`Hessian::at`] where everything fits together, in the panels of the rows.
    pub(super) fn unchecked<V: Vector<Element = f64>>(
        vector: V,
        shape: &'a Shape,
        rows: &Rows,
        gain: f64,
        parameters: &'a [f64],
        mut panels: Vec<Panel>,
    ) -> Hessian<'a> {
        panels.iter_mut().for_each(|panel| panel.go(vector, shape, parameters, gain, rows));
        Hessian { shape, parameters, rows: rows.len(), panels }
    }

    /// The panels, for another point.
    pub(super) fn into_panels(self) -> Vec<Panel> {
        self.panels
    }

    /// The gradient at the point: what the products are derivatives of.
    pub fn gradient(&self) -> Vec<f64> {
        struct Gradient<'h, 'a>(&'h Hessian<'a>);
        impl WithSimd for Gradient<'_, '_> {
            type Output = Vec<f64>;
            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
                let Gradient(Hessian { shape, parameters, panels, .. }) = self;
                let (vector, mut sums) = (Doubles(simd), Sums::new(&shape.network));
                panels.iter().for_each(|panel| sums.add_gradient(vector, panel));
                let mut gradient = vec![0.0; parameters.len()];
                sums.finish(vector, &shape.network, &mut gradient);
                gradient
            }
        }
        InstructionSet::best().dispatch(Gradient(self))
    }

    /// `H v`.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        struct Times<'h, 'a>(&'h Hessian<'a>, &'h [f64]);
        impl WithSimd for Times<'_, '_> {
            type Output = Vec<f64>;
            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
                let Times(hessian, v) = self;
                let mut product = vec![0.0; v.len()];
                hessian.multiply(Doubles(simd), v, &mut hessian.tangent(), &mut product);
                product
            }
        }
        InstructionSet::best().dispatch(Times(self, v))
    }

    /// Buffers for products.
    pub(super) fn tangent(&self) -> Tangent {
        Tangent::new(&self.shape.network, self.shape.loss, self.rows)
    }

    /// `product = H v`.
    pub(super) fn multiply<V: Vector<Element = f64>>(
        &self,
        vector: V,
        v: &[f64],
        tangent: &mut Tangent,
        product: &mut [f64],
    ) {
        for (index, panel) in self.panels.iter().enumerate() {
            tangent.add(vector, &self.shape.network, panel, index == 0, self.parameters, v);
        }
        tangent.sums.finish(vector, &self.shape.network, product);
    }
}

/// Rows in panels, for Hessians of a shape's loss over them.
pub(super) fn panels(shape: &Shape, rows: &Rows) -> Vec<Panel> {
    blocks(rows.len(), ROWS).map(|part| Panel::new(&shape.network, rows, part)).collect()
}
