//! The canvas, seen from its PNGs.

use super::shape::{Anchor, TextStyle, Weight};
use super::{Canvas, elide, font, line, text_width};
use crate::colour::Rgb;

fn decoded(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    (info.width, info.height, pixels)
}

#[test]
fn a_blank_picture_is_white() {
    let (width, height, pixels) = decoded(&Canvas::new(7, 5).to_png());
    assert_eq!((width, height), (7, 5));
    assert!(pixels.iter().all(|&channel| channel == 255));
}

#[test]
fn a_line_between_pixels_is_shared_by_them() {
    let mut canvas = Canvas::new(9, 9);
    canvas.line(&[(0.0, 4.0), (9.0, 4.0)], 2.0, Rgb(0, 0, 0), 1.0);
    canvas.line(&[(0.0, 8.0), (9.0, 8.0)], 1.0, Rgb(0, 0, 0), 1.0);
    let (_, _, pixels) = decoded(&canvas.to_png());
    let at = |y: usize| pixels[(y * 9 + 4) * 3];
    assert_eq!((at(2), at(3), at(4), at(5)), (255, 0, 0, 255));
    assert!((100..=155).contains(&at(7)) && (100..=155).contains(&at(8)), "{} {}", at(7), at(8));
}

#[test]
fn a_faint_line_is_as_faint_where_it_bends() {
    let mut canvas = Canvas::new(20, 20);
    canvas.line(&[(2.0, 10.0), (10.0, 10.0), (10.0, 18.0)], 2.0, Rgb(0, 0, 0), 0.5);
    let (_, _, pixels) = decoded(&canvas.to_png());
    let darkest = pixels.iter().min();
    assert_eq!(darkest, Some(&128));
    assert_eq!(pixels[(15 * 20 + 10) * 3], 128, "upright");
    assert_eq!(pixels[(15 * 20 + 12) * 3], 255, "beside it");
}

#[test]
fn lines_beyond_the_picture_are_cut() {
    let mut canvas = Canvas::new(8, 8);
    canvas.line(&[(-1e3, 4.0), (1e3, 4.0)], 2.0, Rgb(0, 0, 0), 1.0);
    canvas.line(&[(-5.0, -9.0), (4.0, f32::INFINITY), (f32::NAN, 2.0)], 2.0, Rgb(0, 0, 0), 1.0);
    let (_, _, pixels) = decoded(&canvas.to_png());
    assert_eq!(pixels.iter().filter(|&&channel| channel == 0).count(), 8 * 2 * 3);
}

/// How much of a pixel one straight line covers, as [`stroke`] defines it, worked out for each pixel by itself.
fn covered((x, y): (f64, f64), from: (f64, f64), to: (f64, f64), width: f64) -> f64 {
    let (run, rise) = (to.0 - from.0, to.1 - from.1);
    let along = ((x - from.0) * run + (y - from.1) * rise) / (run * run + rise * rise);
    let along = along.clamp(0.0, 1.0);
    let (x, y) = (x - from.0 - along * run, y - from.1 - along * rise);
    let distance = (x * x + y * y).sqrt();
    (width / 2.0 + 0.5 - distance).clamp(0.0, 1.0)
}

#[test]
fn lines_cover_pixels_by_their_distance_in_every_band() {
    let lines = [
        ((10.3, 20.9), (180.2, 390.1), 1.5),
        ((190.0, 5.0), (4.0, 130.5), 3.0),
        ((-40_000.0, 100.0), (40_000.0, 300.0), 2.0),
        ((100.0, 200.0), (100.0, 200.4), 9.0),
        ((30.0, 128.0), (170.0, 128.0), 1.0),
        ((60.5, 1.0), (60.5, 399.0), 150.0),
    ];
    for (from, to, width) in lines {
        let mut canvas = Canvas::new(200, 400);
        let place = |at: (f64, f64)| (at.0 as f32, at.1 as f32);
        canvas.line(&[place(from), place(to)], width as f32, Rgb(0, 0, 0), 1.0);
        for (at, pixel) in canvas.to_rgb(1.0).chunks_exact(3).enumerate() {
            let centre = ((at % 200) as f64 + 0.5, (at / 200) as f64 + 0.5);
            let (found, expected) = (f64::from(255 - pixel[0]), 255.0 * covered(centre, from, to, width));
            assert!((found - expected).abs() < 2.0, "{from:?} {to:?} at {centre:?}: {found}, not {expected}");
        }
    }
}

#[test]
fn a_straight_line_needs_two_points_and_a_corner_three() {
    let straight: Vec<(f32, f32)> = (0..100).map(|i| (i as f32, 3.0 + i as f32 * 0.5)).collect();
    assert_eq!(line::simplified(&straight), [(0.0, 3.0), (99.0, 52.5)]);
    let corner = [(0.0, 0.0), (5.0, 0.0), (10.0, 0.0), (10.0, 4.0), (10.0, 9.0)];
    assert_eq!(line::simplified(&corner), [(0.0, 0.0), (10.0, 0.0), (10.0, 9.0)]);
    let back = [(0.0, 0.0), (10.0, 0.0), (4.0, 0.0)];
    assert_eq!(line::simplified(&back), back);
    assert_eq!(line::simplified(&[]), []);
}

#[test]
fn a_simplified_line_stays_by_its_points() {
    let curve: Vec<(f32, f32)> =
        (0..2000).map(|i| (i as f32, 300.0 + 200.0 * libm::sin(f64::from(i) / 90.0) as f32)).collect();
    let kept = line::simplified(&curve);
    assert!(kept.len() < 600, "{}", kept.len());
    for &(x, y) in &curve {
        let piece = kept.windows(2).find(|ends| ends[0].0 <= x && x <= ends[1].0).unwrap();
        let share = (x - piece[0].0) / (piece[1].0 - piece[0].0);
        let on_line = piece[0].1 + share * (piece[1].1 - piece[0].1);
        assert!((on_line - y).abs() < 0.3, "{x}: {on_line} {y}");
    }
}

#[test]
fn the_fonts_have_every_letter_that_charts_use() {
    let letters = "0123456789 abcxyz ABCXYZ ηλσμ½Σ²⁰¹²³⁴⁵⁶⁷⁸⁹⁻·–−…→≤≥×‖∞“”‘’()=/.,;";
    for weight in [Weight::Regular, Weight::SemiBold] {
        let box_width = text_width("\u{10ffff}", 1000.0, weight);
        for letter in letters.chars() {
            assert!(font::has(letter, weight), "{letter}");
        }
        assert!(box_width > 0.0);
    }
}

#[test]
fn long_text_is_shortened_to_fit() {
    let text = "a very long name indeed";
    let short = elide(text, 20.0, Weight::Regular, 120.0);
    assert!(short.ends_with('…') && text_width(&short, 20.0, Weight::Regular) <= 120.0, "{short}");
    assert_eq!(elide(text, 20.0, Weight::Regular, 1000.0), text);
}

fn style(weight: Weight) -> TextStyle {
    TextStyle { size: 100.0, weight, colour: Rgb(1, 2, 3), anchor: Anchor::Left }
}

fn dark_pixels(text: &str, weight: Weight) -> usize {
    let mut canvas = Canvas::new(2000, 160);
    canvas.text(text, (10.0, 120.0), style(weight));
    canvas.to_rgb(1.0).iter().filter(|&&channel| channel < 128).count()
}

#[test]
fn japanese_letters_are_not_the_box() {
    let letters = "学習率の景色、損失カテゴリー。「」（）々〆ー～・ぁんァヶｱﾝ０９Ａｚ亜腕彙鬱𠮟塡剝頰";
    let picture = |letter: char| {
        let mut canvas = Canvas::new(120, 160);
        canvas.text(&letter.to_string(), (10.0, 120.0), style(Weight::Regular));
        canvas.to_rgb(1.0)
    };
    let the_box = picture('\u{10ffff}');
    for letter in letters.chars() {
        assert!(font::has(letter, Weight::Regular) && font::has(letter, Weight::SemiBold), "{letter}");
        assert!(picture(letter) != the_box, "{letter}");
    }
    assert!(!font::has('한', Weight::Regular) && picture('한') == the_box, "what no font has is a box");
}

#[test]
fn both_fonts_stand_on_one_line() {
    let width = |text| text_width(text, 100.0, Weight::Regular);
    assert_eq!(width("学"), 100.0, "a square to each kanji");
    assert!((width("η学習x") - width("η") - 200.0 - width("x")).abs() < 1e-3);
    let short = elide("学習率の景色を見る", 100.0, Weight::SemiBold, 450.0);
    assert!(short.starts_with("学習率") && short.ends_with('…'), "{short}");
    assert!(text_width(&short, 100.0, Weight::SemiBold) <= 450.0, "{short}");
    let [regular, bold] = [Weight::Regular, Weight::SemiBold].map(|weight| dark_pixels("学習率", weight));
    assert!(bold as f64 > 1.15 * regular as f64 && (bold as f64) < 2.0 * regular as f64, "{bold} after {regular}");
}

#[test]
fn shapes_are_written_to_hundredths_of_a_pixel() {
    let mut canvas = Canvas::new(20, 10);
    canvas.describe("a < b & c", "\u{1}\"d\"\u{ffff}");
    canvas.line(&[(1.0, 2.0), (3.504, 1.0), (3.0, 0.25)], 1.5, Rgb(1, 2, 255), 0.75);
    canvas.line(&[(1.0, 1.0), (f32::NAN, 1.0), (2.0, 2.0), (3.0, 2.0)], 1.0, Rgb(0, 0, 0), 1.0);
    canvas.fill(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0)], Rgb(0, 0, 0), 0.5);
    canvas.disc((5.0, 5.005), 2.25, Rgb(0, 0, 0), 1.0);
    for (left, top, width) in [(0.0, 0.0, 2.0), (2.0, 0.0, 2.0), (0.2, 1.0, 4.0), (8.0, 8.0, 2.0)] {
        canvas.rectangle((left, top), (left + width, top + 1.0), Rgb(16, 32, 48));
    }
    let expected = "\
<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"10\" viewBox=\"0 0 20 10\" role=\"img\" fill=\"none\" \
stroke-linecap=\"round\" stroke-linejoin=\"round\">
<title>a &lt; b &amp; c</title>
<desc>\\u{1}&quot;d&quot;\u{fffd}</desc>
<path fill=\"#fff\" d=\"M0 0h20v10H0z\"/>
<path stroke=\"#0102ff\" stroke-width=\"1.5\" stroke-opacity=\".75\" d=\"M1 2l2.5-1-.5-.75\"/>
<path stroke=\"#000000\" stroke-width=\"1\" d=\"M1 1l0 0M2 2l1 0\"/>
<path fill=\"#000000\" fill-opacity=\".5\" d=\"M0 0l4 0 0 4z\"/>
<circle fill=\"#000000\" cx=\"5\" cy=\"5.01\" r=\"2.25\"/>
<g shape-rendering=\"crispEdges\">
<path fill=\"#102030\" d=\"M0 0H4V2H0zM8 8H10V9H8z\"/>
</g>
</svg>
";
    assert_eq!(canvas.to_svg(), expected);
}

#[test]
fn very_many_cells_become_one_image() {
    let mut canvas = Canvas::new(120, 120);
    for place in 0..11_000_u32 {
        let (x, y) = ((place % 110) as f32, (place / 110) as f32);
        canvas.rectangle((x, y), (x + 1.0, y + 1.0), Rgb(place as u8, (place / 256) as u8, 0));
    }
    let svg = canvas.to_svg();
    assert_eq!((svg.matches("<image").count(), svg.matches("<path").count()), (1, 1));
    assert!(svg.contains("width=\"110\" height=\"100\" style=\"image-rendering:pixelated\""));
}

#[test]
fn a_smaller_picture_shows_the_same() {
    let mut canvas = Canvas::new(8, 8);
    canvas.rectangle((0.0, 0.0), (4.0, 8.0), Rgb(0, 0, 0));
    let half = canvas.to_rgb(0.5);
    assert_eq!(half, [[0; 6], [255; 6]].concat().repeat(4));
}
