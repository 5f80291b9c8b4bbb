/**
 * What the warden of a run does, as a shell script; its argument is the record of the run's groups. It
 * reads a pipe that nobody writes to: that it ends means that the run is over, however that came. A run
 * that ended in good order has taken its record away.
 */
export const warden = `
trap '' HUP INT TERM QUIT
while IFS= read -r line; do :; done
[ -f "$1" ] || exit 0
living() {
  groups=
  while IFS= read -r line; do
    case $line in
      '{'*) ;;
      '- '*)
        kept=
        for each in $groups; do [ "\${each%:*}" = "\${line#- }" ] || kept="$kept $each"; done
        groups=$kept ;;
      *)
        group=\${line%% *}
        [ "$group" -gt 1 ] 2>/dev/null || continue
        set -- \${line##*) }
        groups="$groups $group:\${20}" ;;
    esac
  done < "$record"
  for each in $groups; do
    group=\${each%:*}
    if [ -r "/proc/$group/stat" ]; then
      IFS= read -r line < "/proc/$group/stat" || line=
      set -- \${line##*) }
      [ "\${20}" = "\${each#*:}" ] || continue
    fi
    kill -s 0 -- "-$group" 2>/dev/null && echo "$group"
  done
}
record=$1
for signal in TERM KILL; do
  for group in $(living); do kill -s "$signal" -- "-$group" 2>/dev/null; done
  waited=0
  while [ "$waited" -lt 20 ] && [ -n "$(living)" ]; do sleep 0.1; waited=$((waited + 1)); done
done
`;
