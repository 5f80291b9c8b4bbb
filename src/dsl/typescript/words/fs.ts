import { textToBytes } from '../../../model/bytes.ts';
import type { FileStat } from '../../../model/host.ts';
import { assertOptions } from '../../definition/assertOptions.ts';
import { assertText, toText } from '../bytes.ts';
import { callHost } from '../callHost.ts';
import { strict } from '../strict.ts';

/** Files, with paths relative to the task's working directory. */
export const fs = strict('fs', {
  /** The text of a file. One that is not UTF-8 is refused; `readBytes` reads it. */
  read(path: string): Promise<string> {
    return callHost('fs.read', async (host) =>
      assertText('fs.read', path, 'fs.readBytes', await host.fsRead(path)),
    );
  },
  readBytes(path: string): Promise<Uint8Array> {
    return callHost('fs.readBytes', async (host) => textToBytes(await host.fsRead(path)));
  },
  /** Replaces the file in one step: nobody ever sees half of it. */
  write(
    path: string,
    content: string | Uint8Array,
    options: { mode?: number } = {},
  ): Promise<void> {
    return callHost('fs.write', (host) => {
      assertOptions('fs.write', options, { mode: 'number' });
      return host.fsWrite(path, toText('fs.write', content), options);
    });
  },
  append(path: string, content: string | Uint8Array): Promise<void> {
    return callHost('fs.append', (host) => host.fsAppend(path, toText('fs.append', content)));
  },
  exists(path: string): Promise<boolean> {
    return callHost('fs.exists', (host) => host.fsExists(path));
  },
  /** `undefined` where there is nothing. */
  stat(path: string): Promise<FileStat | undefined> {
    return callHost('fs.stat', (host) => host.fsStat(path));
  },
  /** Makes a directory and those above it. */
  mkdir(path: string): Promise<void> {
    return callHost('fs.mkdir', (host) => host.fsMkdir(path));
  },
  /** Removes a file or a whole directory; resolves to whether there was one. */
  remove(path: string): Promise<boolean> {
    return callHost('fs.remove', (host) => host.fsRemove(path));
  },
  copy(from: string, to: string): Promise<void> {
    return callHost('fs.copy', (host) => host.fsCopy(from, to));
  },
  rename(from: string, to: string): Promise<void> {
    return callHost('fs.rename', (host) => host.fsRename(from, to));
  },
  /** Names of the entries of a directory, sorted. */
  list(path = '.'): Promise<string[]> {
    return callHost('fs.list', (host) => host.fsList(path));
  },
  glob(pattern: string): Promise<string[]> {
    return callHost('fs.glob', (host) => host.fsGlob(pattern));
  },
});
