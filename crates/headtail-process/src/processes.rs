//! The processes of the system, where it tells of them in /proc.

use std::fs;

/// What is known of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) id: i32,
    pub(crate) parent: i32,
    pub(crate) group: i32,
    /// It has exited and waits for its parent to ask for its status.
    pub(crate) is_zombie: bool,
}

/// All processes; `None` where the system doesn't tell. Each is as it was when the iterator came to it, and one
/// that ends meanwhile may be missing.
pub(crate) fn all() -> Option<impl Iterator<Item = Process>> {
    // Systems other than Linux have nothing there, or something else.
    if !cfg!(target_os = "linux") {
        return None;
    }
    let entries = fs::read_dir("/proc").ok()?;
    // Empty or hidden (`hidepid`), it says nothing of others; it always lists its reader where it is mounted.
    fs::symlink_metadata("/proc/self/stat").ok()?;
    Some(entries.filter_map(|entry| {
        let name = entry.ok()?.file_name();
        let id = name.to_str()?.parse().ok()?;
        parse(id, &fs::read(format!("/proc/{id}/stat")).ok()?)
    }))
}

/// Reads `ID (NAME) STATE PARENT GROUP ...`; a name can hold spaces and parentheses, so the last one ends it.
fn parse(id: i32, stat: &[u8]) -> Option<Process> {
    let name_end = stat.iter().rposition(|&byte| byte == b')')?;
    let mut fields = str::from_utf8(&stat[name_end + 1..]).ok()?.split_ascii_whitespace();
    let is_zombie = matches!(fields.next()?, "Z" | "X");
    Some(Process { id, parent: fields.next()?.parse().ok()?, group: fields.next()?.parse().ok()?, is_zombie })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_fake_the_fields_that_follow_it() {
        let stat = b"42 (a) Z 1 1 (b\xff) S 7 42 42 0 -1\n";
        assert_eq!(parse(42, stat), Some(Process { id: 42, parent: 7, group: 42, is_zombie: false }));
        assert_eq!(parse(42, b"42 (gone"), None);
        assert_eq!(parse(42, b"42 (x) Z 1"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_among_them() {
        let own = i32::try_from(std::process::id()).expect("an id");
        let process = all().expect("/proc").find(|process| process.id == own).expect("this process");
        assert_eq!(process.parent, rustix::process::getppid().expect("a parent").as_raw_nonzero().get());
        assert!(!process.is_zombie);
    }
}
