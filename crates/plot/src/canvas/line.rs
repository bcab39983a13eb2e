//! Simplifies lines.

/// How far a line may be from its points, in pixels: too little to see.
const TOLERANCE: f32 = 0.08;

/// Drops points that lie on the straight line between their neighbours, in one pass.
///
/// From the last kept point, the directions that pass within the tolerance of every point since form a wedge. A point
/// outside the wedge, or one that turns back, starts a new piece at the point before it (after Sklansky & Gonzalez 1980).
pub(super) fn simplified(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let Some((&first, rest)) = points.split_first() else { return Vec::new() };
    let mut kept = vec![first];
    let mut wedge = None;
    let mut last = first;
    for &point in rest {
        let start = kept[kept.len() - 1];
        let so_far = (last.0 - start.0, last.1 - start.1);
        let onward = dot(so_far, (point.0 - last.0, point.1 - last.1)) >= 0.0;
        match narrowed(wedge, start, point).filter(|_| onward) {
            Some(narrower) => wedge = Some(narrower),
            None => {
                kept.push(last);
                wedge = narrowed(None, last, point);
            }
        }
        last = point;
    }
    kept.push(last);
    kept
}

type Vector = (f32, f32);

/// The directions from `start` that still pass near every point, `point` included; `None` if its own is not among them.
fn narrowed(wedge: Option<(Vector, Vector)>, start: Vector, point: Vector) -> Option<(Vector, Vector)> {
    let along = (point.0 - start.0, point.1 - start.1);
    let length = (along.0 * along.0 + along.1 * along.1).sqrt().max(TOLERANCE);
    let aside = (-along.1 / length * TOLERANCE, along.0 / length * TOLERANCE);
    let right = (along.0 - aside.0, along.1 - aside.1);
    let left = (along.0 + aside.0, along.1 + aside.1);
    let Some((old_right, old_left)) = wedge else { return Some((right, left)) };
    let inside = cross(old_right, along) >= 0.0 && cross(along, old_left) >= 0.0;
    inside.then(|| {
        let right = if cross(old_right, right) > 0.0 { right } else { old_right };
        let left = if cross(left, old_left) > 0.0 { left } else { old_left };
        (right, left)
    })
}

fn cross(a: Vector, b: Vector) -> f32 {
    a.0 * b.1 - a.1 * b.0
}

fn dot(a: Vector, b: Vector) -> f32 {
    a.0 * b.0 + a.1 * b.1
}
