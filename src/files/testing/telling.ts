/** Matches the text of an error that has no code by the facts in it, in their order; not by its words. */
export function telling(...facts: readonly string[]): RegExp {
  const escaped = facts.map((fact) => fact.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  return new RegExp(escaped.join('.*'), 's');
}
