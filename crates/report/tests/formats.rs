//! The files that charts are written to: formats, the animation, and what each holds.

mod support;

use std::fs;
use std::path::Path;

use etascape_insight::subject::{Scale, Subject};
use etascape_report::{DrawOptions, Format, draw, draw_as};
use png::{BlendOp, Decoder};
use support::{geomspace, made_up, seed, swept, write};

fn charts(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join("charts")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

fn options(formats: &[Format], animation: bool) -> DrawOptions {
    DrawOptions { formats: formats.to_vec(), animation }
}

/// Four rates and two starts, of which some diverge.
fn small(folder: &Path) -> Subject {
    seed(folder, &geomspace(1e-3, 0.03, 4), &[-4.0, 4.0], 300)
}

#[test]
fn a_folder_holds_the_formats_asked_for_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let subject = small(folder.path());
    let pages = [&[Format::Svg][..], &[Format::Png, Format::Svg], &[Format::Png]].map(|formats| {
        draw_as(folder.path(), &subject, &options(formats, false)).unwrap();
        (charts(folder.path()), fs::read_to_string(folder.path().join("report.html")).unwrap())
    });
    let names = ["convergence", "fit", "heatmap", "loss-curves"];
    let with = |endings: &[&str]| -> Vec<String> {
        names.iter().flat_map(|name| endings.iter().map(move |ending| format!("{name}.{ending}"))).collect()
    };
    for ((found, page), endings) in pages.iter().zip([&["svg"][..], &["png", "svg"], &["png"]]) {
        assert_eq!(*found, with(endings));
        for name in with(&["png", "svg"]) {
            let is_linked = page.contains(&format!("href=\"charts/{name}\""));
            assert_eq!(is_linked, found.contains(&name), "{name}: the page links what there is");
        }
    }
}

#[test]
fn every_file_has_the_same_bytes_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let subject = small(folder.path());
    let everything = options(&[Format::Png, Format::Svg], true);
    let [first, second] = [0, 1].map(|_| {
        let files = draw_as(folder.path(), &subject, &everything).unwrap().files;
        assert_eq!(files.len(), 10, "four charts in two formats, the animation, the page");
        files.iter().map(|file| fs::read(file).unwrap()).collect::<Vec<_>>()
    });
    assert!(first == second);
}

/// Names that would break out of XML, and Japanese ones.
#[test]
fn svgs_are_well_formed_whatever_the_names() {
    let names = ["a<b>&\"c\"'", "学\u{1}\u{ffff}]]>", "-->"];
    let run = |(index, name): (usize, &&str)| (vec![name.to_string()], made_up(1.0 + index as f64, 0.01, 1, false));
    let runs: Vec<_> = names.iter().enumerate().map(run).collect();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["train.optimizer"], &[], &runs);
    let parameters = vec![swept("train.optimizer", Scale::Categories)];
    let subject = Subject { name: "学習率の景色".into(), parameters, ..Subject::default() };
    draw_as(folder.path(), &subject, &options(&[Format::Svg], false)).unwrap();
    assert_eq!(charts(folder.path()), ["convergence.svg", "loss-curves.svg"]);
    for name in charts(folder.path()) {
        let text = fs::read_to_string(folder.path().join("charts").join(name)).unwrap();
        let svg = roxmltree::Document::parse(&text).unwrap();
        let root = svg.root_element();
        let words = |tag: &str| root.children().find(|child| child.has_tag_name(tag)).and_then(|child| child.text());
        assert_eq!((root.attribute("width"), root.attribute("height")), (Some("2000"), Some("1280")));
        assert!(words("title").unwrap().contains("loss"), "{text:.300}");
        assert!(words("desc").unwrap().starts_with("3 runs"));
        let labels: Vec<&str> = root.descendants().filter_map(|node| node.attribute("aria-label")).collect();
        assert!(labels.contains(&names[0]) && labels.contains(&"学\\u{1}\u{fffd}]]>"), "{labels:?}");
        assert!(!text.contains("<text"), "letters are outlines");
    }
}

/// The frames of an APNG as viewers show them, each with its milliseconds, and the picture for those that show none.
fn frames(path: &Path) -> (Vec<u8>, Vec<(u32, Vec<u8>)>) {
    let mut decoder = Decoder::new(std::io::BufReader::new(fs::File::open(path).unwrap()));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let control = reader.info().animation_control.unwrap();
    assert_eq!((reader.info().width, reader.info().height, control.num_plays), (1000, 640, 0));
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let still = pixels.clone();
    let mut shown = Vec::new();
    let mut picture = Vec::new();
    for index in 0..control.num_frames {
        reader.next_frame(&mut pixels).unwrap();
        let frame = *reader.info().frame_control().unwrap();
        assert_eq!(frame.blend_op, if index == 0 { BlendOp::Source } else { BlendOp::Over });
        let delay = u32::from(frame.delay_num) * 1000 / u32::from(frame.delay_den);
        picture.resize(pixels.len(), 0);
        for (shown, new) in picture.chunks_mut(4).zip(pixels.chunks(4)) {
            if new[3] > 0 {
                shown.copy_from_slice(new);
            }
        }
        shown.push((delay, picture.clone()));
    }
    (still, shown)
}

#[test]
fn the_fit_moves_from_the_start_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let subject = small(folder.path());
    let drawn = draw_as(folder.path(), &subject, &options(&[Format::Png], true)).unwrap();
    assert!(drawn.notes.is_empty());
    let path = folder.path().join("charts/fit-animation.png");
    let (still, frames) = frames(&path);
    assert!((40..=80).contains(&frames.len()), "{}", frames.len());
    let delays: Vec<u32> = frames.iter().map(|frame| frame.0).collect();
    assert_eq!((delays[0], delays[1], delays[delays.len() - 1]), (700, 70, 3000));
    assert!(delays[1..delays.len() - 1].iter().all(|&delay| delay == 70));
    assert!(still == frames[frames.len() - 1].1, "the still picture is the last frame");
    assert!(frames.windows(2).all(|pair| pair[0].1 != pair[1].1), "the step at least is another");
    let white = |frame: &[u8]| frame.chunks(4).filter(|pixel| pixel[..3] == [255; 3]).count();
    assert!(white(&still) > 400_000 && frames.iter().all(|frame| white(&frame.1) > 400_000), "the ground stays white");
    assert!(fs::metadata(&path).unwrap().len() < 1_000_000);
    draw(folder.path(), &subject).unwrap();
    assert!(!path.exists(), "it goes where it is not asked for");
}

#[test]
fn where_nothing_moves_there_is_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let note = |subject: &Subject| {
        let drawn = draw_as(folder.path(), subject, &options(&[Format::Png], true)).unwrap();
        assert!(!folder.path().join("charts/fit-animation.png").exists());
        drawn.notes.concat()
    };
    let subject = seed(folder.path(), &[1.0], &[3.0], 300);
    assert!(note(&subject).contains("did not diverge"), "{}", note(&subject));
    let subject = seed(folder.path(), &[0.01], &[3.0], 0);
    assert!(note(&subject).contains("no more than one point"), "{}", note(&subject));
    let subject = Subject { fit: None, ..seed(folder.path(), &[0.01], &[3.0], 9) };
    assert!(note(&subject).contains("one input and one output"), "{}", note(&subject));
}
