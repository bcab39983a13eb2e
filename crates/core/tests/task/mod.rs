//! Every loss, activation, depth and parametrisation as a small task with given parameters.

use etascape_core::{Activation, CurveSteps, Data, Loss, Parametrization, Purpose, Rows, Shape, Start, Stream};

use crate::common::shape;

pub const GAIN: f64 = 1.3;
pub const LOSSES: [Loss; 6] = [Loss::HalfSse, Loss::Mse, Loss::Mae, Loss::Huber, Loss::Bce, Loss::CrossEntropy];
pub const ACTIVATIONS: [Activation; 6] = [
    Activation::Tanh,
    Activation::Relu,
    Activation::Sigmoid,
    Activation::Gelu,
    Activation::Softplus,
    Activation::Identity,
];

/// Seven rows of three features, and a target that suits the loss: a class, or a number far enough from the outputs
/// that Huber's loss is met on both of its sides.
pub fn rows(loss: Loss) -> Data {
    let mut stream = Stream::new(11, Purpose::Generator, 0);
    let features = (0..21).map(|_| stream.normal()).collect();
    let target = |row: usize| match loss {
        Loss::Bce => (row % 2) as f64,
        Loss::CrossEntropy => (row % 3) as f64,
        _ => 0.7 * row as f64 - 2.1,
    };
    let train = Rows { inputs: 3, features, targets: (0..7).map(target).collect() };
    Data::new(train, Rows::default())
}

/// A network of up to four hidden layers with a drawn start, logged nowhere.
pub fn task(loss: Loss, activation: Activation, hidden: usize, parametrization: Parametrization, bias: bool) -> Shape {
    let outputs = if loss == Loss::CrossEntropy { 3 } else { 1 };
    let widths = [&[3], &[4, 3, 5, 2][..hidden], &[outputs]].concat();
    let mut task = shape(&widths, bias, &[], 1);
    task.loss = loss;
    task.network.activation = activation;
    task.network.parametrization = parametrization;
    task.curve = CurveSteps::None;
    let mut stream = Stream::new(5, Purpose::Init, 0);
    task.start = Start::Given((0..task.network.parameters()).map(|_| 0.8 * stream.normal()).collect());
    task
}

/// The start of a [`task`], in the network's order.
pub fn start(task: &Shape) -> Vec<f64> {
    let Start::Given(start) = &task.start else { unreachable!("tasks have given starts") };
    start.to_vec()
}
