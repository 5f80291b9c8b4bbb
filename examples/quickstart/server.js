// Serves a folder on a free port of loopback, and writes the port into a file once it listens.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';

const { folder, portFile } = JSON.parse(await readFile(process.argv[2], 'utf8'));

const server = createServer(async (request, response) => {
  try {
    const body = await readFile(join(folder, basename(request.url)));
    response.writeHead(200, { 'content-type': 'text/html' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

// The port of last time, if it was started before: others remember it.
const port = await readFile(portFile, 'utf8').then(Number, () => 0);

server.listen(port, '127.0.0.1', async () => {
  await writeFile(`${portFile}.part`, String(server.address().port));
  await rename(`${portFile}.part`, portFile);
});
