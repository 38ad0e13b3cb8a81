# The words of a command that is run are its own.
complete -c headtail -x -n "__fish_headtail_using_subcommand run" -a "(__fish_complete_subcommand --fcs-skip=2 OPTIONS)"
complete -c headtail -x -n "__fish_headtail_using_subcommand ps; and __fish_seen_subcommand_from start" -a "(__fish_complete_subcommand --fcs-skip=3 OPTIONS)"
