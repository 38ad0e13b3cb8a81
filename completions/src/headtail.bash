
# The words of a command that is run are its own; operands are files, which readline completes.
_headtail_words() {
    local cur=${COMP_WORDS[COMP_CWORD]} i
    COMPREPLY=()
    case "${COMP_WORDS[1]-} ${COMP_WORDS[2]-}" in
        "run "*) i=2 ;;
        "ps start") i=3 ;;
        "ps "* | "serve "* | "mcp "*) _headtail "$@"; return ;;
        *)
            case $3 in --align | --clip) _headtail "$@"; return ;; esac
            [[ $cur == -* || $COMP_CWORD -eq 1 ]] && _headtail "$@"
            return
            ;;
    esac
    while ((i < COMP_CWORD)); do
        case ${COMP_WORDS[i]} in
            --) ((i++)); break ;;
            OPTIONS) [[ ${COMP_WORDS[i + 1]-} == = ]] && ((i++)); ((i += 2)) ;;
            =) ((i += 2)) ;;
            -*) ((i++)) ;;
            *) break ;;
        esac
    done
    if ((i > COMP_CWORD)) || [[ $cur == -* && $i -eq $COMP_CWORD && ${COMP_WORDS[i - 1]} != -- ]]; then
        _headtail "$@"
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$i"
    elif ((i == COMP_CWORD)); then
        COMPREPLY=($(compgen -c -- "$cur"))
    fi
}

complete -F _headtail_words -o bashdefault -o default headtail
