import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runTask } from './runTask.ts';
import { createSandbox } from './sandbox.ts';

/** What no text is: noise, a broken character, an encoded surrogate, a mark of byte order, NULs. */
const bytes = Buffer.concat([
  Buffer.from('\ufefftext é 😀\n'),
  Buffer.from([0, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x98, 0x0d, 0x0a]),
  randomBytes(5000),
]);

/** A server that answers with what it is sent, or with the bytes. */
async function startEcho(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.end(request.method === 'GET' ? bytes : Buffer.concat(chunks)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('bytes', () => {
  test('go through files, programs and HTTP in Lua as they are', async () => {
    const box = createSandbox();
    writeFileSync(join(box.folder, 'raw'), bytes);
    mkdirSync(join(box.folder, 'names'));
    const name = Buffer.concat([Buffer.from(`${box.folder}/names/caf`), Buffer.from([0xe9])]);
    writeFileSync(name, 'latin');
    const run = await runTask(
      box,
      `local bytes = fs.read("raw")
       assert(#bytes == ${bytes.length} and bytes:byte(1) == 0xEF)
       fs.write("written", bytes)
       fs.append("appended", bytes:sub(1, 30)) fs.append("appended", bytes:sub(31))
       fs.write("printed", exec.run("cat raw").stdout)
       fs.write("eaten", exec.run("cat", { stdin = bytes }).stdout)
       fs.write("got", http.get(params.url).body)
       fs.write("sent", http.post(params.url, bytes).body)
       local out = io.open("io", "wb") out:write(bytes) out:close()
       fs.write("popen", io.popen("cat raw"):read("a"))
       assert(fs.list("names")[1] == "caf\\xe9" and fs.read("names/caf\\xe9") == "latin")
       fs.write("names/caf\\xe9", "new") assert(exec.run("cat names/*").stdout == "new")
       log.info("shown: \\xff") print("printed: \\xff")
       secret("pass\\xffword") exec.run("printf 'a pass\\\\377word\\\\n'")`,
      '--verbose',
      '--param',
      `url=${await startEcho()}`,
    );
    expect(run.status).toBe(0);
    for (const copy of ['written', 'appended', 'printed', 'eaten', 'got', 'sent', 'io', 'popen']) {
      expect(readFileSync(join(box.folder, copy)).equals(bytes), copy).toBe(true);
    }
    expect(run.stdout).toContain('shown: \ufffd');
    expect(run.stdout).toContain('printed: \ufffd');
    expect(run.stdout).toContain('a <sensitive>');
  });

  test.each([
    ['a value of the state', 'state.set("k", { deep = { "\\xff" } })'],
    ['a key of the state', 'state.set("\\xff", 1)'],
    ['an output', 'stack.set_output("k", "\\xff")'],
    ['JSON', 'fs.write("x", json.encode({ "\\xff" }))'],
    ['a command', 'exec.run("echo \\xff")'],
    ['a property', 'resource.file("f", { path = "f", content = "\\xff" })'],
  ])('%s refuses them at its line', async (_, code) => {
    const box = createSandbox();
    const run = await runTask(box, `\n${code}`);
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('is no text: it holds bytes that are not UTF-8');
    expect(run.stdout).toContain('w.sloth:3');
  });

  test('what a task returns, and what a file declares, is text', async () => {
    const box = createSandbox();
    const run = await runTask(box, 'return true, "said \\xff", { k = "\\xff" }');
    expect(run.stdout).toContain('the outputs.k is no text');
    box.write('d.sloth', 'workflow.define("w"):tasks({ task("t"):command("echo \\xff") })');
    const declared = await box.sloth('run', '--file', 'd.sloth');
    expect(declared.stderr).toContain('is no text');
  });

  test('in TypeScript they have words of their own, and texts are texts', async () => {
    const box = createSandbox();
    writeFileSync(join(box.folder, 'raw'), bytes);
    box.write(
      't.sloth.ts',
      `import { exec, fs, http, task, workflow } from 'sloth-runner';
       const refused = async (what: string, action: () => unknown) => {
         try { await action(); } catch (error) {
           if (String((error as { details: { reason: string } }).details.reason).includes(what)) return;
           throw error;
         }
         throw new Error('not refused: ' + what);
       };
       workflow.define('t').tasks([task('t').command(async (self, params) => {
         await fs.write('written', await fs.readBytes('raw'));
         await fs.append('appended', await fs.readBytes('raw'));
         await refused('fs.readBytes gives them', () => fs.read('raw'));
         const printed = await exec.run('cat raw; printf x >&2');
         await fs.write('printed', printed.stdoutBytes);
         await refused('stdoutBytes gives them', () => printed.stdout);
         if (printed.stderr !== 'x' || !printed.success || !\`\${printed}\`.includes('text')) throw printed;
         const eaten = await exec.run(['cat'], { stdin: printed.stdoutBytes });
         await fs.write('eaten', eaten.stdoutBytes);
         const got = await http.get(params.url ?? '');
         await fs.write('got', got.bodyBytes);
         await refused('bodyBytes gives them', () => got.body);
         await fs.write('sent', (await http.post(params.url ?? '', got.bodyBytes)).bodyBytes);
         return { copied: { ...printed } };
       })]);`,
    );
    const url = await startEcho();
    const run = await box.sloth('run', '--file', 't.sloth.ts', '--param', `url=${url}`);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    for (const copy of ['written', 'appended', 'printed', 'eaten', 'got', 'sent']) {
      expect(readFileSync(join(box.folder, copy)).equals(bytes), copy).toBe(true);
    }
  });
});

describe('a proxy', () => {
  test('is asked for what it is for, by each hop, with a tunnel for what is encrypted', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(
        `${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`,
      );
      if (request.url?.endsWith('/hop') === true) {
        response.writeHead(302, { location: `${echo}landed` }).end();
      } else response.end('via proxy');
    });
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    onTestFinished(() => void proxy.close());
    const echo = await startEcho();
    const at = `http://user:pa%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const box = createSandbox({ http_proxy: at, HTTPS_PROXY: at, NO_PROXY: '127.0.0.0/8' });
    const run = await runTask(
      box,
      `assert(http.get("http://host.invalid/x?q=1").body == "via proxy")
       assert(#http.get(params.echo).body == ${bytes.length})
       assert(#http.get("http://host.invalid/hop").body == ${bytes.length})
       assert(http.post("http://host.invalid/p", "\xff").body == "via proxy")
       local ok, message = pcall(http.get, "https://host.invalid/s")
       assert(not ok and not tostring(message):find("pa", 1, true), tostring(message))`,
      '--param',
      `echo=${echo}`,
    );
    expect(run.status, run.stdout).toBe(0);
    const key = `Basic ${Buffer.from('user:pa@ss').toString('base64')}`;
    expect(asked).toEqual([
      `GET http://host.invalid/x?q=1 ${key}`,
      `GET http://host.invalid/hop ${key}`,
      `POST http://host.invalid/p ${key}`,
      'CONNECT host.invalid:443',
    ]);
  });

  test('that a task names for itself is its own', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local t = task("t"):env({ http_proxy = "${await startEcho()}" }):command(function()
         assert(#http.get("http://host.invalid/").body == ${bytes.length})
       end)
       workflow.define("w"):tasks({ t })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth');
    expect(run.status, run.stdout).toBe(0);
  });
});
