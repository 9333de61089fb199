/**
 * What each shell sources. The scripts evaluate nothing that was typed and nothing that a source says: words go to
 * `holdfast complete` as arguments, and what it answers is quoted before it is put on the command line. They define one
 * function, and may be sourced again.
 */

/** The shells that have a script. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell that has a script. */
export type Shell = (typeof SHELLS)[number];

/**
 * Readline breaks words at `:` and `=`, so the word at the cursor is taken from the line itself, and what stands before
 * the last break is taken off each candidate again.
 */
const BASH = `# bash completion for holdfast
_holdfast() {
  local line=\${COMP_LINE:0:COMP_POINT} current="" words kind word breaks="" broken=""
  read -ra words <<< "$line"
  if [[ $line != *[[:space:]] ]] && ((\${#words[@]} > 0)); then
    current=\${words[\${#words[@]} - 1]}
    unset "words[\${#words[@]} - 1]"
  fi
  COMPREPLY=()
  # What is quoted is the shell's own to complete.
  if [[ $current == *[\\'\\"\\\\]* ]]; then compopt -o default 2> /dev/null; return; fi
  [[ \${COMP_WORDBREAKS-} == *:* ]] && breaks+=:
  [[ \${COMP_WORDBREAKS-} == *=* ]] && breaks+==
  [[ -n $breaks ]] && broken=\${current%"\${current##*[$breaks]}"}
  {
    read -r kind
    if [[ $kind == files ]]; then compopt -o default 2> /dev/null; return; fi
    while IFS=$'\\t' read -r word _; do
      word=$(printf '%q' "\${word#"$broken"}")
      [[ $word == *= ]] && compopt -o nospace 2> /dev/null
      COMPREPLY+=("$word")
    done
  } < <(command holdfast complete -- "\${words[@]:1}" "$current" 2> /dev/null)
}
complete -F _holdfast holdfast
`;

const ZSH = `#compdef holdfast
_holdfast() {
  local kind word meaning
  local -a candidates meanings
  {
    read -r kind
    if [[ $kind == files ]]; then _files; return; fi
    while IFS=$'\\t' read -r word meaning; do
      candidates+=("$word")
      meanings+=("$word -- $meaning")
    done
  } < <(command holdfast complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2> /dev/null)
  compadd -l -d meanings -a candidates
}
if [[ $funcstack[1] == _holdfast ]]; then _holdfast "$@"; else compdef _holdfast holdfast; fi
`;

const FISH = `# fish completion for holdfast
function __holdfast_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l answer (command holdfast complete -- $words[2..-1] "$current" 2> /dev/null)
    if test "$answer[1]" = files
        __fish_complete_path "$current"
    else
        printf '%s\\n' $answer[2..-1]
    end
end
complete --command holdfast --no-files --arguments '(__holdfast_complete)'
`;

/** The script of a shell. */
export const SHELL_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
