//! What `--version` says: the commit, where the source is a git repository, the target and the features.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name| env::var(name).unwrap_or_default();
    // A debug build would be made anew after each commit.
    let commit = if variable("PROFILE") == "release" { commit() } else { None };
    let commit = commit.map(|commit| format!(" ({commit})")).unwrap_or_default();
    let features =
        env::vars().filter_map(|(name, _)| Some(name.strip_prefix("CARGO_FEATURE_")?.to_lowercase()));
    let features = features.collect::<Vec<_>>().join(", ");
    println!("cargo::rustc-env=HEADTAIL_COMMIT={commit}");
    println!("cargo::rustc-env=HEADTAIL_TARGET={}", variable("TARGET"));
    println!("cargo::rustc-env=HEADTAIL_FEATURES={}", if features.is_empty() { "none" } else { &features });
}

/// The commit that is checked out, with a mark where files differ from it; `None` outside of the project's repository, as
/// where it is built from a package.
fn commit() -> Option<String> {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    // A package may be unpacked inside of another repository.
    git(&["ls-files", "--error-unmatch", "build.rs"])?;
    for file in ["HEAD", "logs/HEAD"] {
        println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", file])?);
    }
    git(&["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
}
