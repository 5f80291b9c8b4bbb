import { createHash } from 'node:crypto';

/** A secret that a test plants, and what must be found nowhere because of it. */
export interface PlantedSecret {
  readonly name: string;
  readonly value: string;
  /** Letters and digits that stand nowhere else, whatever the rest of it looks like. */
  readonly core: string;
}

/** What secrets look like: a core of their own each, in surroundings that are spelled in many ways. */
const shapes: Readonly<Record<string, (core: string) => string>> = {
  plain: (core) => core,
  spaced: (core) => `two words ${core}`,
  quoted: (core) => `it's "${core}" \`so\``,
  shell: (core) => `$HOME;${core}|&<>*`,
  backslashed: (core) => `C:\\${core}\\n\\t`,
  slashed: (core) => `a/b+c=${core}==`,
  percent: (core) => `100%25${core}%00`,
  umlauts: (core) => `Schlüssel-ß-${core}`,
  emoji: (core) => `🔑${core}🔒`,
  tabbed: (core) => `\tbegins with a tab ${core}`,
  dashed: (core) => `--${core}`,
  json: (core) => `{"user":"me","password":"${core}"}`,
  lines: (core) => `-----BEGIN KEY-----\n${core}first\n${core}second\n-----END KEY-----\n`,
  long: (core) => `${core}${'0123456789abcdef'.repeat(600)}`,
  bearer: (core) => `Bearer ${core}.${core}.sig`,
  angle: (core) => `<${core}&amp;>`,
};

/** A secret of a shape for each name, and a plain one for each of `plain`; the same name gives the same one. */
export function plantSecrets(
  names: readonly string[],
  plain: readonly string[],
): Readonly<Record<string, PlantedSecret>> {
  const kinds = Object.values(shapes);
  const plant = (name: string, shape: (core: string) => string): [string, PlantedSecret] => {
    const core = `Zq${createHash('md5').update(name).digest('hex').slice(0, 10)}Xw`;
    return [name, { name, core, value: shape(core) }];
  };
  return Object.fromEntries([
    ...names.map((name, index) => plant(name, kinds[index % kinds.length] ?? String)),
    ...plain.map((name) => plant(name, String)),
  ]);
}

/** The texts that give a secret away: its core, its digest, and what hides the core without hiding it. */
function* tellTales({ core, value }: PlantedSecret): Generator<string> {
  yield core;
  yield createHash('sha256').update(value).digest('hex');
  yield createHash('sha256').update(value).digest('base64');
  yield Buffer.from(core).toString('hex');
  for (const before of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(core)]);
    // Letters that share bits with what stands before or after are left out.
    yield bytes.toString('base64').slice(before + 1, -4);
  }
}

/** Which secrets stand in some bytes, by name, with a little of what is around each. */
export function secretsIn(
  secrets: Readonly<Record<string, PlantedSecret>>,
  bytes: Buffer | string,
): string[] {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  return Object.values(secrets).flatMap((secret) => {
    for (const tale of tellTales(secret)) {
      const at = text.indexOf(tale);
      if (at >= 0) return [`${secret.name}: …${text.slice(Math.max(0, at - 60), at + 60)}…`];
    }
    return [];
  });
}
