/** What `sloth-runner completion SHELL` prints. The work is done by the program itself. */
export const completionScripts: Readonly<Record<string, string>> = {
  bash: `# sloth-runner completion for bash; load it with: source <(sloth-runner completion bash)
_sloth_runner() {
  local IFS=$'\\n'
  COMPREPLY=($(sloth-runner __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _sloth_runner sloth-runner
`,
  zsh: `#compdef sloth-runner
# sloth-runner completion for zsh; load it with: source <(sloth-runner completion zsh)
_sloth_runner() {
  local -a candidates
  candidates=("\${(@f)$(sloth-runner __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then compadd -a candidates; else _files; fi
}
compdef _sloth_runner sloth-runner
`,
  fish: `# sloth-runner completion for fish; load it with: sloth-runner completion fish | source
complete -c sloth-runner -a '(sloth-runner __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};
