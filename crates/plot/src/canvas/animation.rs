//! Animated PNGs.

use std::collections::HashMap;

use png::{BitDepth, BlendOp, ColorType, Compression, Encoder, EncodingError, Filter, Writer};

use super::Canvas;

/// A picture, and how long it is shown.
pub struct AnimationFrame {
    /// The picture.
    pub canvas: Canvas,
    /// Its duration in milliseconds.
    pub milliseconds: u16,
}

/// The palette index of pixels that a frame does not change.
const UNCHANGED: u8 = 0;
/// The most colours beside it.
const COLOURS: usize = 255;
/// The number of frames from which the palette is made.
const LOOKED_AT: usize = 12;

/// Encodes frames of one size as an endlessly repeating APNG, enlarged by `scale`. Viewers without animation show the last
/// frame.
pub fn animated(frames: &[AnimationFrame], scale: f32) -> Option<Vec<u8>> {
    let last = frames.last()?;
    let (width, height) = last.canvas.size();
    let size = [width, height].map(|side| (side as f32 * scale).round() as u32);
    let every = frames.len().div_ceil(LOOKED_AT);
    let mut palette = Palette::of(frames.iter().rev().step_by(every).map(|frame| frame.canvas.to_rgb(scale)));
    let mut out = Vec::new();
    let written = write(&mut out, size, frames, scale, &mut palette);
    written.expect("pictures of the size in their header, written to memory");
    Some(out)
}

fn write(
    out: &mut Vec<u8>,
    [width, height]: [u32; 2],
    frames: &[AnimationFrame],
    scale: f32,
    palette: &mut Palette,
) -> Result<(), EncodingError> {
    let mut encoder = Encoder::new(out, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.colours.concat());
    encoder.set_trns(vec![0]);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::NoFilter);
    encoder.set_animated(frames.len() as u32, 0)?;
    encoder.set_sep_def_img(true)?;
    let mut writer = encoder.write_header()?;
    let mut before = Vec::new();
    let indices = |frame: &AnimationFrame, palette: &mut Palette| palette.indices(&frame.canvas.to_rgb(scale));
    writer.write_image_data(&indices(&frames[frames.len() - 1], palette))?;
    for frame in frames {
        let now = indices(frame, palette);
        write_frame(&mut writer, &before, &now, frame.milliseconds)?;
        before = now;
    }
    writer.finish()
}

/// Writes the part of a frame that has changed.
fn write_frame(
    writer: &mut Writer<&mut Vec<u8>>,
    before: &[u8],
    now: &[u8],
    milliseconds: u16,
) -> Result<(), EncodingError> {
    writer.set_frame_delay(milliseconds, 1000)?;
    if before.is_empty() {
        writer.set_blend_op(BlendOp::Source)?;
        return writer.write_image_data(now);
    }
    writer.set_blend_op(BlendOp::Over)?;
    let changed = |(before, now): (&u8, &u8)| if before == now { UNCHANGED } else { *now };
    writer.write_image_data(&before.iter().zip(now).map(changed).collect::<Vec<u8>>())
}

type Colour = [u8; 3];

/// The colours of an animation, after the index for unchanged pixels.
struct Palette {
    colours: Vec<Colour>,
    nearest: HashMap<Colour, u8>,
}

impl Palette {
    /// A palette for some pictures: frequent colours have nearer entries.
    fn of(pictures: impl Iterator<Item = Vec<u8>>) -> Palette {
        let mut counts: HashMap<Colour, usize> = HashMap::new();
        for picture in pictures {
            runs(&picture).for_each(|(colour, count)| *counts.entry(colour).or_default() += count);
        }
        let mut colours: Vec<(usize, Colour)> = counts.into_iter().map(|(colour, count)| (count, colour)).collect();
        colours.sort_unstable_by(|a, b| b.cmp(a));
        let mut errors = std::iter::successors(Some(1), |error| Some(error * 2));
        let chosen = errors.find_map(|error| chosen(&colours, error)).unwrap_or_default();
        Palette { colours: std::iter::once([0; 3]).chain(chosen).collect(), nearest: HashMap::new() }
    }

    /// The nearest colour of each pixel.
    fn indices(&mut self, rgb: &[u8]) -> Vec<u8> {
        let Palette { colours, nearest } = self;
        let mut indices = Vec::with_capacity(rgb.len() / 3);
        for (colour, count) in runs(rgb) {
            let index = *nearest.entry(colour).or_insert_with(|| closest(colours, colour));
            indices.resize(indices.len() + count, index);
        }
        indices
    }
}

/// Pixels of one colour that follow each other: the colour, and how many there are.
fn runs(rgb: &[u8]) -> impl Iterator<Item = (Colour, usize)> {
    rgb.as_chunks().0.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()))
}

/// Drops colours that others can replace with a total error of at most `error`. Colours come with their counts, the most
/// frequent first. `None` where too many are left for a palette.
fn chosen(colours: &[(usize, Colour)], error: u64) -> Option<Vec<Colour>> {
    let mut chosen: Vec<Colour> = Vec::new();
    for &(count, colour) in colours {
        if chosen.iter().all(|&other| u64::from(distance(colour, other)) * count as u64 > error) {
            chosen.push(colour);
        }
        if chosen.len() > COLOURS {
            return None;
        }
    }
    Some(chosen)
}

fn closest(colours: &[Colour], colour: Colour) -> u8 {
    (1..colours.len()).min_by_key(|&place| distance(colours[place], colour)).unwrap_or(1) as u8
}

/// The squared distance of two colours.
fn distance(a: Colour, b: Colour) -> u32 {
    a.iter().zip(b).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}
