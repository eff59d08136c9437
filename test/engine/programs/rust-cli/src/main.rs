use std::collections::BTreeMap;
use std::{env, fs, process};

fn main() {
    let Some(path) = env::args().nth(1) else {
        eprintln!("usage: wordcount FILE");
        process::exit(2)
    };
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        eprintln!("{path}: {error}");
        process::exit(1)
    });
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_insert(0u32) += 1;
    }
    let mut buffer = itoa::Buffer::new();
    for (word, count) in counts.iter().filter(|(_, count)| **count > 1) {
        println!("{word} {}", buffer.format(*count));
    }
    let picked = fastrand::Rng::with_seed(7).usize(..counts.len());
    println!("picked {}", counts.keys().nth(picked).unwrap());
}
