import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const cli = join(root, 'bin/sloth-runner.cjs');

/** How a command ended. */
export interface Ended {
  /** The exit status; 128 plus the signal's number for one ended by a signal. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is still running. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves as soon as a text stands in what it printed. */
  readonly printed: (text: string) => Promise<void>;
}

/** A home of its own for one test: nothing outside it is read or written. */
export interface Sandbox {
  readonly folder: string;
  readonly db: string;
  readonly env: Record<string, string>;
  /** Writes a file below the folder and gives its path. */
  readonly write: (name: string, text: string, mode?: number) => string;
  /** Runs the CLI to its end. */
  readonly sloth: (...args: readonly string[]) => Promise<Ended>;
  /** Starts the CLI. */
  readonly start: (...args: readonly string[]) => Running;
  /** Runs a shell script that finds `sloth-runner` on its path. */
  readonly shell: (script: string) => Promise<Ended>;
}

/** Makes a sandbox, removed when the test is finished, with all that was started in it ended. */
export function createSandbox(more: Readonly<Record<string, string>> = {}): Sandbox {
  if (!existsSync(join(root, 'dist/cli.cjs'))) throw new Error('build first: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'sloth-test-'));
  const bin = join(folder, 'bin');
  const db = join(folder, 'state/sloth-runner/stacks.db');
  const running = new Set<ChildProcess>();
  mkdirSync(bin);
  const wrapper = `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`;
  writeFileSync(join(bin, 'sloth-runner'), wrapper, { mode: 0o755 });
  const env: Record<string, string> = {
    PATH: [bin, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    SLOTH_RUNNER_DB: db,
    USER: 'tester',
    TZ: 'UTC',
    ...more,
  };

  function launch(file: string, args: readonly string[]): Running {
    const child = spawn(file, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    return observe(child, () => running.delete(child));
  }

  onTestFinished(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    folder,
    db,
    env,
    write(name, text, mode = 0o644) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode });
      return path;
    },
    sloth: (...args) => launch(process.execPath, [cli, ...args]).ended,
    start: (...args) => launch(process.execPath, [cli, ...args]),
    shell: (script) => launch('/bin/sh', ['-eu', '-c', script]).ended,
  };
}

function observe(child: ChildProcess, onEnd: () => void): Running {
  const texts = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      for (const look of watchers) look();
    });
  }
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      onEnd();
      const status = code ?? 128 + (signal === 'SIGKILL' ? 9 : 15);
      done({ status, ...texts });
    });
  });
  return {
    child,
    ended,
    printed: (text) =>
      new Promise((found, fail) => {
        const look = (): void => {
          if (!(texts.stdout + texts.stderr).includes(text)) return;
          watchers.delete(look);
          found();
        };
        watchers.add(look);
        child.once('close', () => {
          look();
          fail(new Error(`ended without printing '${text}':\n${texts.stdout}${texts.stderr}`));
        });
        look();
      }),
  };
}
