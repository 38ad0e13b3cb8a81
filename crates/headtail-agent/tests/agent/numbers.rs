//! Numbers of processes, which the system gives to others once they are free.

use std::fs;
use std::process::{Command, Stdio};

use headtail_agent::State;
use rustix::process::{Signal, kill_process};

use super::support::{Home, PROGRAM, is_alive, skip, text, until};

/// Run as the first process of a namespace, where it says which number is next. `$1` is the program.
const REUSE: &str = r#"
reuse() { # a number, which is given to a new leader of a group
    echo $(($1 - 1)) > /proc/sys/kernel/ns_last_pid
    setsid sleep 600 &
}
lives() { grep -q ') [RSD] ' "/proc/$1/stat"; }
ps="$1 ps"

# The keeper and its command are killed, and both numbers belong to others.
id=$($ps start -- sleep 600)
pid=$($ps --json | sed 's/.*"pid":\([0-9]*\),.*/\1/')
keeper=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status")
kill -KILL "$keeper"
while [ -e "/proc/$keeper" ] || [ -e "/proc/$pid" ]; do sleep 0.01; done
reuse "$keeper"; [ $! = "$keeper" ] || echo "the number of the keeper is not used again"
reuse "$pid"; [ $! = "$pid" ] || echo "the number of the command is not used again"
$ps --json --all | grep -o '"state":"[a-z]*","running":[a-z]*'
for signal in TERM KILL kill terminate; do $ps signal "$id" $signal; done 2>&1 | sed "s/$id/ID/"
$ps stop "$id" | sed "s/$id/ID/"
$ps start --key k -- true > /dev/null
$ps rm "$id" | sed "s/$id/ID/"
lives "$keeper" && lives "$pid" && echo "both live"

# The command has ended, and something that has left its group still holds its output.
id=$($ps start --drain 60s -- sh -c 'setsid sleep 600 & echo $$')
pid=$($ps output --match . "$id")
while [ -e "/proc/$pid" ]; do sleep 0.01; done
reuse "$pid"; [ $! = "$pid" ] || echo "the number of the leader is not used again"
$ps signal "$id" KILL > /dev/null
lives "$pid" && echo "it lives"
"#;

#[test]
fn a_number_that_is_used_again_is_not_signalled_and_does_not_read_as_running() {
    let home = Home::new();
    let mut command = Command::new("timeout");
    command.args(["--kill-after=1", "60", "unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    command.args(["sh", "-c", REUSE, "sh", PROGRAM]).env("HEADTAIL_RUNTIME_DIR", home.path());
    let output = command.stdin(Stdio::null()).output().expect("timeout");
    if text(&output.stderr).starts_with("unshare: ") {
        return skip("only root can make a namespace in which numbers can be chosen");
    }
    let not_running = "headtail: Process \"ID\" is not running.\n".repeat(4);
    let expected =
        format!("\"state\":\"lost\",\"running\":false\n{not_running}ID\nID\nboth live\nit lives\n");
    assert_eq!((text(&output.stdout), text(&output.stderr)), (expected, String::new()));
}

#[test]
fn a_record_that_names_the_number_of_another_process_does_not_make_it_ours() {
    let home = Home::new();
    let id = home.sh("echo out; sleep 60");
    let pid = home.wait_for(id, "out").process.pid.expect("a number");
    kill_process(home.keeper(id), Signal::KILL).expect("a signal");
    until("the end of the command", || !is_alive(pid));
    let mut other = Command::new("sleep").arg("60").spawn().expect("a process");
    let path = home.path().join(format!("records/{id}"));
    let record = fs::read_to_string(&path).expect("a record");
    let forged = record.replace(&format!("\"pid\":{pid}"), &format!("\"pid\":{}", other.id()));
    assert_ne!(forged, record);
    fs::write(&path, forged).expect("a record");
    let process = home.client.get(id).expect("a process");
    assert_eq!((process.state, process.pid), (State::Lost, Some(other.id())));
    for verb in [&["stop", id.as_str()][..], &["signal", id.as_str(), "KILL"], &["rm", id.as_str()]] {
        home.ps(verb);
    }
    assert!(is_alive(other.id()));
    other.kill().expect("a signal");
    other.wait().expect("a status");
}
