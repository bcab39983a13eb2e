//! A plotters backend on a [`Canvas`]. plotters uses whole numbers; it gets a sheet sixteen times as large, so that its
//! unit is a sixteenth of a pixel and lines stay smooth.

use std::convert::Infallible;

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

use super::Canvas;
use crate::colour::Rgb;

/// plotters' units in a pixel.
pub const SUBPIXELS: u32 = 16;

/// Draws for plotters on a canvas. Text is drawn by the canvas itself.
pub struct SkiaBackend<'a>(pub &'a mut Canvas);

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

fn place((x, y): BackendCoord) -> (f32, f32) {
    (x as f32 / SUBPIXELS as f32, y as f32 / SUBPIXELS as f32)
}

fn colour(colour: BackendColor) -> (Rgb, f32) {
    let (red, green, blue) = colour.rgb;
    (Rgb(red, green, blue), colour.alpha as f32)
}

fn width(style: &impl BackendStyle) -> f32 {
    style.stroke_width() as f32 / SUBPIXELS as f32
}

impl DrawingBackend for SkiaBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let (width, height) = self.0.size();
        (width * SUBPIXELS, height * SUBPIXELS)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, with: BackendColor) -> Drawn {
        let (x, y) = place(point);
        self.0.rectangle((x, y), (x + 1.0, y + 1.0), colour(with).0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let points: Vec<(f32, f32)> = path.into_iter().map(place).collect();
        let (rgb, alpha) = colour(style.color());
        self.0.line(&points, width(style), rgb, alpha);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Drawn {
        let ((left, top), (right, bottom)) = (place(from), place(to));
        let (rgb, alpha) = colour(style.color());
        if fill {
            self.0.rectangle((left, top), (right, bottom), rgb);
        } else {
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
            self.0.line(&corners, width(style), rgb, alpha);
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, centre: BackendCoord, radius: u32, style: &S, _fill: bool) -> Drawn {
        let (rgb, alpha) = colour(style.color());
        self.0.disc(place(centre), radius as f32 / SUBPIXELS as f32, rgb, alpha);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, style: &S) -> Drawn {
        let corners: Vec<(f32, f32)> = corners.into_iter().map(place).collect();
        let (rgb, alpha) = colour(style.color());
        self.0.fill(&corners, rgb, alpha);
        Ok(())
    }
}
