import type { JsonValue } from '../../sdk/presentation.ts';

/** A text longer than this is not repeated. */
const LONGEST = 60;

/** Properties as a declaration in Lua has them; of what is long or has several lines only its name. */
export function declarationLines(properties: Readonly<Record<string, JsonValue>>): string[] {
  return Object.entries(properties).map(([key, value]) => {
    const text = JSON.stringify(value);
    const fits = typeof value !== 'string' || (text.length <= LONGEST && !value.includes('\n'));
    return fits ? `    ${key} = ${text},` : `    ${key} = nil, -- as it is there`;
  });
}
