//! The functions of f32.

use pulp::Scalar;

use crate::lanes::{Lanes, Singles};
use crate::math;

functions!(f32, Singles);
