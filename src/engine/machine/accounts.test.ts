import { describe, expect, test } from 'vitest';
import { parseAccount } from './accounts.ts';

const passwd = `# a comment
root:x:0:0:root:/root:/bin/bash
broken:x:abc:1::/home/broken:/bin/sh
+@nis::::::
short:x:12
deploy:x:4321:4400:De Ploy,,,:/home/deploy:/bin/bash
bare:x:5000:5000:::
again:x:4321:1:::
9999:x:70:70::/home/number:/bin/sh
`;

describe('an account in the text of a passwd file', () => {
  test.each([
    ['deploy', { name: 'deploy', uid: 4321, gid: 4400, home: '/home/deploy', shell: '/bin/bash' }],
    ['4321', { name: 'deploy', uid: 4321, gid: 4400, home: '/home/deploy', shell: '/bin/bash' }],
    ['0', { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' }],
    ['00', { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' }],
    ['bare', { name: 'bare', uid: 5000, gid: 5000, home: '/', shell: '/bin/sh' }],
    ['9999', { name: '9999', uid: 70, gid: 70, home: '/home/number', shell: '/bin/sh' }],
    ['broken', undefined],
    ['short', undefined],
    ['+@nis', undefined],
    ['De Ploy', undefined],
    ['', undefined],
  ])('%s', (key, account) => expect(parseAccount(passwd, key)).toEqual(account));
});
