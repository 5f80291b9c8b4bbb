/**
 * What a replacement gives for one match, as `String.prototype.replace` expands it: `$$`, `$&`, `` $` ``, `$'`,
 * groups by number and by name; pure. The match is looked at in its place, so that an expression that
 * looks around it finds what it found.
 */
export function expandReplacement(put: string, found: RegExpExecArray): string {
  const { input, index, groups } = found;
  return put.replaceAll(/\$(?:([$&`'])|(\d{1,2})|<([^>]*)>)/g, (all, sign, digits, name) => {
    if (sign === '$') return '$';
    if (sign === '&') return found[0];
    if (sign === '`') return input.slice(0, index);
    if (sign === "'") return input.slice(index + found[0].length);
    if (typeof name === 'string') return groups === undefined ? all : (groups[name] ?? '');
    return numbered(String(digits), all, found);
  });
}

/** Two digits are a group where there are so many, else one and a digit that stands for itself. */
function numbered(digits: string, all: string, found: RegExpExecArray): string {
  const two = Number(digits);
  if (two >= 1 && two < found.length) return found[two] ?? '';
  const one = Number(digits[0]);
  if (digits.length === 2 && one >= 1 && one < found.length) {
    return `${found[one] ?? ''}${digits[1] ?? ''}`;
  }
  return all;
}
