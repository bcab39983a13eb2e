//! The canvas, seen from its PNGs.

use super::*;

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
