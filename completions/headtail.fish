# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_headtail_global_optspecs
    string join \n timeout= every= idle-timeout= heartbeat= n/lines= head-lines= tail-lines= c/bytes= split= head= tail= L/max-line= clip= align= m/marker= keep= keep-size= z/zero-terminated p/plain strip-ansi collapse-cr o/output= json report= save= live q/quiet v/verbose h/help V/version
end

function __fish_headtail_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_headtail_global_optspecs) -- $cmd '' 2>/dev/null
    or return
    if test -n "$argv[1]"
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_headtail_using_subcommand
    set -l cmd (__fish_headtail_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c headtail -n "__fish_headtail_needs_command" -l timeout -d 'Stop reading after this long; 0 means no limit [default: none]' -r
complete -c headtail -n "__fish_headtail_needs_command" -l every -d 'Write a result after each such interval' -r
complete -c headtail -n "__fish_headtail_needs_command" -l idle-timeout -d 'Stop when nothing has come for this long [default: none]' -r
complete -c headtail -n "__fish_headtail_needs_command" -l heartbeat -d 'Write a line to standard error this often' -r
complete -c headtail -n "__fish_headtail_needs_command" -s n -l lines -d 'Keep at most N lines at each end' -r
complete -c headtail -n "__fish_headtail_needs_command" -l head-lines -d 'Keep at most N lines at the start' -r
complete -c headtail -n "__fish_headtail_needs_command" -l tail-lines -d 'Keep at most N lines at the end' -r
complete -c headtail -n "__fish_headtail_needs_command" -s c -l bytes -d 'Print at most SIZE bytes, marker included' -r
complete -c headtail -n "__fish_headtail_needs_command" -l split -d 'How head and tail share --bytes [default: 50:50]' -r
complete -c headtail -n "__fish_headtail_needs_command" -l head -d 'Bytes kept at the start; --tail at the end [default: 16K]' -r
complete -c headtail -n "__fish_headtail_needs_command" -l tail -d 'Bytes kept at the end [default: 16K]' -r
complete -c headtail -n "__fish_headtail_needs_command" -s L -l max-line -d 'Longest line; a longer one is clipped; 0 means no limit [default: 2K]' -r
complete -c headtail -n "__fish_headtail_needs_command" -l clip -d 'What an overlong line loses [default: end]' -r -f -a "end\t''
middle\t''"
complete -c headtail -n "__fish_headtail_needs_command" -l align -d 'Where a cut may fall [default: line]' -r -f -a "byte\t''
char\t''
line\t''"
complete -c headtail -n "__fish_headtail_needs_command" -s m -l marker -d 'Text in place of what is omitted' -r
complete -c headtail -n "__fish_headtail_needs_command" -l keep -d 'Show the first lines between the ends that match' -r
complete -c headtail -n "__fish_headtail_needs_command" -l keep-size -d 'Show at most SIZE bytes of these lines [default: 4K, or a quarter of --bytes]' -r
complete -c headtail -n "__fish_headtail_needs_command" -s o -l output -d 'Write the result to FILE when it is ready' -r -F
complete -c headtail -n "__fish_headtail_needs_command" -l report -d 'Write the same object without the output to FILE' -r -F
complete -c headtail -n "__fish_headtail_needs_command" -l save -d 'Copy the whole input to FILE, or to a new file' -r -F
complete -c headtail -n "__fish_headtail_needs_command" -s z -l zero-terminated -d 'The line delimiter is NUL, not newline'
complete -c headtail -n "__fish_headtail_needs_command" -s p -l plain -d 'Clean the text, and have the marker count lines'
complete -c headtail -n "__fish_headtail_needs_command" -l strip-ansi -d 'Drop escape sequences, such as colours'
complete -c headtail -n "__fish_headtail_needs_command" -l collapse-cr -d 'Keep what a terminal would show of lines written over (\\r, backspaces, cursor moves)'
complete -c headtail -n "__fish_headtail_needs_command" -l json -d 'Write each result as one JSON object on a line of its own'
complete -c headtail -n "__fish_headtail_needs_command" -l live -d 'Write the head as it arrives [default: on a terminal]'
complete -c headtail -n "__fish_headtail_needs_command" -s q -l quiet -d 'Never print headers that name the inputs'
complete -c headtail -n "__fish_headtail_needs_command" -s v -l verbose -d 'Always print headers that name the inputs'
complete -c headtail -n "__fish_headtail_needs_command" -s h -l help -d 'Print a summary; --help prints all options'
complete -c headtail -n "__fish_headtail_needs_command" -s V -l version -d 'Print the version'
complete -c headtail -n "__fish_headtail_needs_command" -a "run" -d 'Run a command, keep both ends of what it prints, and exit with its status.'
complete -c headtail -n "__fish_headtail_needs_command" -a "ps" -d 'Start processes that outlive the terminal, and list, read, signal and stop them'
complete -c headtail -n "__fish_headtail_needs_command" -a "serve" -d 'Serve processes over HTTP, on a Unix socket and, if asked to, on a loopback address'
complete -c headtail -n "__fish_headtail_needs_command" -a "mcp" -d 'Give an agent a shell tool by the Model Context Protocol, on standard input and output'
complete -c headtail -n "__fish_headtail_using_subcommand run" -l dir -d 'Run the command in DIR' -r -f -a "(__fish_complete_directories)"
complete -c headtail -n "__fish_headtail_using_subcommand run" -l env -d 'Set an environment variable; may be repeated' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l timeout -d 'Send SIGTERM after this long [default: none]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l kill-after -d 'Send SIGKILL this long after SIGTERM [default: 5s]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l drain -d 'Wait this long for output of processes left behind [default: 5s]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l every -d 'Write a result after each such interval' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l idle-timeout -d 'Stop when nothing has come for this long [default: none]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l heartbeat -d 'Write a line to standard error this often' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -s n -l lines -d 'Keep at most N lines at each end' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l head-lines -d 'Keep at most N lines at the start' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l tail-lines -d 'Keep at most N lines at the end' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -s c -l bytes -d 'Print at most SIZE bytes, marker included' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l split -d 'How head and tail share --bytes [default: 50:50]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l head -d 'Bytes kept at the start; --tail at the end [default: 16K]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l tail -d 'Bytes kept at the end [default: 16K]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -s L -l max-line -d 'Longest line; a longer one is clipped; 0 means no limit [default: 2K]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l clip -d 'What an overlong line loses [default: end]' -r -f -a "end\t''
middle\t''"
complete -c headtail -n "__fish_headtail_using_subcommand run" -l align -d 'Where a cut may fall [default: line]' -r -f -a "byte\t''
char\t''
line\t''"
complete -c headtail -n "__fish_headtail_using_subcommand run" -s m -l marker -d 'Text in place of what is omitted' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l keep -d 'Show the first lines between the ends that match' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -l keep-size -d 'Show at most SIZE bytes of these lines [default: 4K, or a quarter of --bytes]' -r
complete -c headtail -n "__fish_headtail_using_subcommand run" -s o -l output -d 'Write the result to FILE when it is ready' -r -F
complete -c headtail -n "__fish_headtail_using_subcommand run" -l report -d 'Write the same object without the output to FILE' -r -F
complete -c headtail -n "__fish_headtail_using_subcommand run" -l save -d 'Copy the whole input to FILE, or to a new file' -r -F
complete -c headtail -n "__fish_headtail_using_subcommand run" -l stdin -d 'Pass standard input on; it is empty otherwise'
complete -c headtail -n "__fish_headtail_using_subcommand run" -l shell -d 'Join the words with spaces and run them with sh -c'
complete -c headtail -n "__fish_headtail_using_subcommand run" -l non-interactive -d 'Turn off editors, pagers, prompts and colours'
complete -c headtail -n "__fish_headtail_using_subcommand run" -s z -l zero-terminated -d 'The line delimiter is NUL, not newline'
complete -c headtail -n "__fish_headtail_using_subcommand run" -s p -l plain -d 'Clean the text, and have the marker count lines'
complete -c headtail -n "__fish_headtail_using_subcommand run" -l strip-ansi -d 'Drop escape sequences, such as colours'
complete -c headtail -n "__fish_headtail_using_subcommand run" -l collapse-cr -d 'Keep what a terminal would show of lines written over (\\r, backspaces, cursor moves)'
complete -c headtail -n "__fish_headtail_using_subcommand run" -l json -d 'Write each result as one JSON object on a line of its own'
complete -c headtail -n "__fish_headtail_using_subcommand run" -l live -d 'Write the head as it arrives [default: on a terminal]'
complete -c headtail -n "__fish_headtail_using_subcommand run" -s q -l quiet -d 'Never print headers that name the inputs'
complete -c headtail -n "__fish_headtail_using_subcommand run" -s v -l verbose -d 'Always print headers that name the inputs'
complete -c headtail -n "__fish_headtail_using_subcommand run" -s h -l help -d 'Print a summary; --help prints all options'
complete -c headtail -n "__fish_headtail_using_subcommand run" -s V -l version -d 'Print the version'
complete -c headtail -n "__fish_headtail_using_subcommand run" -l on-failure -d 'Print the result only if the status is not 0'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -l scope -d 'Only see processes of this scope, and start others there' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -l all -d 'List processes that have ended too'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -l json -d 'Print JSON: one object a line'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -f -a "start" -d 'Start a process and print its id'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -f -a "output" -d 'Print the output of a process, after waiting for something'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -f -a "input" -d 'Send standard input to a process'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -f -a "signal" -d 'Send a signal to a process and its group'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -f -a "stop" -d 'Ask processes to end, kill those that do not, and wait until they have'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and not __fish_seen_subcommand_from start output input signal stop rm" -f -a "rm" -d 'Forget processes that have ended'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l dir -d 'Run it in DIR' -r -F
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l env -d 'Set a variable of its environment, or take the caller\'s value, if there is one; may be repeated' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l timeout -d 'Send SIGTERM after this long' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l kill-after -d 'Send SIGKILL this long after SIGTERM [default: 5s]' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l drain -d 'Wait this long for output of processes that it leaves behind [default: 5s]' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l key -d 'Start it only once: another start with the same key prints the id of the first' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l label -d 'Attach a label; may be repeated' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l max-running -d 'Refuse to start a process while N are running' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l keep -d 'Remember the last N that have ended, or those of the last DURATION [default: 200, 1d]' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l scope -d 'Only see processes of this scope, and start others there' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l stdin -d 'Give it a standard input that `ps input` writes to, instead of an empty one'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l shell -d 'Join the words with spaces and run them with sh -c'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -l json -d 'Print JSON: one object a line'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l after -d 'Begin after the first N bytes of its output' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l max-bytes -d 'Print at most this many bytes' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l wait -d 'Wait before printing: for the end, for any output, for a line that matches, or for no output' -r -f -a "exit\t''
output\t''
match\t''
idle\t''"
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l match -d 'Wait until a line matches this regular expression' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l idle -d 'How long --wait idle waits for output' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l timeout -d 'Wait this long at most [default: for ever]' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l scope -d 'Only see processes of this scope, and start others there' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l clean -d 'Remove escape sequences, and what progress bars write over'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -s f -l follow -d 'Print all output as it comes, until the process ends'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from output" -l json -d 'Print JSON: one object a line'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from input" -l scope -d 'Only see processes of this scope, and start others there' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from input" -l eof -d 'Close its standard input after that'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from input" -l json -d 'Print JSON: one object a line'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from signal" -l scope -d 'Only see processes of this scope, and start others there' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from signal" -l json -d 'Print JSON: one object a line'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from stop" -l scope -d 'Only see processes of this scope, and start others there' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from stop" -l all -d 'All that run'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from stop" -l json -d 'Print JSON: one object a line'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from rm" -l scope -d 'Only see processes of this scope, and start others there' -r
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from rm" -l finished -d 'All that have ended'
complete -c headtail -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from rm" -l json -d 'Print JSON: one object a line'
complete -c headtail -n "__fish_headtail_using_subcommand serve" -l socket -d 'Listen on this Unix socket instead of api.sock in the runtime directory' -r -F
complete -c headtail -n "__fish_headtail_using_subcommand serve" -l listen -d 'Listen on this loopback address too; port 0 picks one' -r
complete -c headtail -n "__fish_headtail_using_subcommand serve" -l token-file -d 'Read the token for ADDRESS:PORT from FILE, which is created if it is missing [default: token in the runtime directory]' -r -F
complete -c headtail -n "__fish_headtail_using_subcommand serve" -l max-running -d 'Refuse to start a process while N are running' -r
complete -c headtail -n "__fish_headtail_using_subcommand serve" -l keep -d 'Remember the last N that have ended, or those of the last DURATION [default: 200, 1d]' -r
complete -c headtail -n "__fish_headtail_using_subcommand serve" -l linger -d 'End processes started through /mcp when their scope has had no client for this long' -r
complete -c headtail -n "__fish_headtail_using_subcommand serve" -l session-timeout -d 'Treat a client of /mcp as gone when it has asked for nothing for this long' -r
complete -c headtail -n "__fish_headtail_using_subcommand serve" -l verbose -d 'Print a line on stderr for each request'
complete -c headtail -n "__fish_headtail_using_subcommand mcp" -l dir -d 'Run commands in DIR [default: the current directory]' -r -F
complete -c headtail -n "__fish_headtail_using_subcommand mcp" -l shell -d 'Run command lines with these words, separated by spaces' -r
complete -c headtail -n "__fish_headtail_using_subcommand mcp" -l env -d 'Set a variable of their environment, or take the caller\'s value, if there is one; may be repeated' -r
complete -c headtail -n "__fish_headtail_using_subcommand mcp" -l scope -d 'See only processes of this scope, and start others there [default: the directory]' -r
complete -c headtail -n "__fish_headtail_using_subcommand mcp" -l max-wait -d 'Answer each call within this time, whatever it waits for' -r
complete -c headtail -n "__fish_headtail_using_subcommand mcp" -l linger -d 'End processes when their scope has had no client for this long' -r
complete -c headtail -n "__fish_headtail_using_subcommand mcp" -l max-running -d 'Refuse to start a process while N are running' -r
complete -c headtail -n "__fish_headtail_using_subcommand mcp" -l keep -d 'Remember the last N that have ended, or those of the last DURATION [default: 200, 1d]' -r
# The words of a command that is run are its own.
complete -c headtail -x -n "__fish_headtail_using_subcommand run" -a "(__fish_complete_subcommand --fcs-skip=2 --dir --env --timeout --kill-after --drain --every --idle-timeout --heartbeat -n --lines --head-lines --tail-lines -c --bytes --split --head --tail -L --max-line --clip --align -m --marker --keep --keep-size -o --output --report)"
complete -c headtail -x -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -a "(__fish_complete_subcommand --fcs-skip=3 --dir --env --timeout --kill-after --drain --every --idle-timeout --heartbeat -n --lines --head-lines --tail-lines -c --bytes --split --head --tail -L --max-line --clip --align -m --marker --keep --keep-size -o --output --report)"
