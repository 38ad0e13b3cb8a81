//! Random scripts against the shell and the filter.

use std::io::{self, Read};
use std::process::{Command, Stdio};

use headtail::{HeadTail, Limits, SharedHeadTail};
use proptest::prelude::*;

use crate::support::inheriting_sh;

/// What `script` prints to one file.
fn plainly(script: &str) -> Vec<u8> {
    let mut file = tempfile::tempfile().expect("a file for the test");
    let streams = || file.try_clone().expect("a descriptor");
    let mut command = Command::new("sh");
    command.args(["-c", script]).stdin(Stdio::null()).stdout(streams()).stderr(streams());
    command.status().expect("a shell");
    let mut output = Vec::new();
    io::Seek::rewind(&mut file).expect("a file that can seek");
    file.read_to_end(&mut output).expect("what was written");
    output
}

/// A step of a script, as the shell reads it.
fn step() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,40}".prop_map(|text| format!("echo '{text}'")),
        "[a-z ]{0,40}".prop_map(|text| format!("echo '{text}' >&2")),
        "[a-z]{1,10}".prop_map(|text| format!("printf '{text}'")),
        (1..3000u32).prop_map(|count| format!("seq {count}")),
        (1..30u32).prop_map(|millis| format!("sleep 0.0{millis:02}")),
        Just("(echo from a subshell; exit 3)".to_owned()),
        Just("echo through a pipe | cat".to_owned()),
        Just("false".to_owned()),
    ]
}

/// How a script ends.
fn end() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("true".to_owned()),
        (0..256u32).prop_map(|code| format!("exit {code}")),
        prop::sample::select(vec![1, 2, 3, 6, 9, 10, 11, 13, 14, 15])
            .prop_map(|signal| format!("kill -{signal} $$")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_script_ends_as_the_shell_says_and_prints_what_the_filter_makes_of_it(
        steps in prop::collection::vec(step(), 0..6),
        end in end(),
    ) {
        let script = steps.into_iter().chain([end]).collect::<Vec<_>>().join("\n");
        let limits = Limits::new().head(100).tail(100).max_line(20);

        // The status as a shell reports it that runs another; what it says of a signal stands before.
        let reported = Command::new("sh")
            .args(["-c", "sh -c \"$1\" >/dev/null 2>&1; echo $?", "sh", &script])
            .output()
            .expect("a shell");
        let status = String::from_utf8_lossy(&reported.stdout).lines().last().map(str::to_owned);
        let mut filtered = HeadTail::new(limits).expect("memory for the test");
        filtered.push(&plainly(&script));

        let kept = SharedHeadTail::new(limits).expect("memory for the test");
        let outcome = inheriting_sh(&script).run(|bytes| kept.push(bytes));
        prop_assert_eq!(outcome.exit_code().map(|code| code.to_string()), status);
        prop_assert_eq!(kept.snapshot().to_vec(), filtered.snapshot().to_vec());
        prop_assert_eq!(kept.report(), filtered.report());
    }
}
