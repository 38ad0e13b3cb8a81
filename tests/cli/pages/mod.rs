//! The pages for users say what the program does: their sessions, their recipes and the picture.

mod picture;
mod recipes;
mod sessions;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// A file of the repository.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A page as text.
fn page(name: &str) -> String {
    fs::read_to_string(file(name)).expect(name)
}
