import type { PreImages, Properties, ProviderMachine } from '../../model/provider.ts';
import { accountsIn, hasPassword, rootFlags } from '../accounts.ts';
import { runProgram } from '../programs.ts';
import { given, textOf } from '../property.ts';
import { refuseIncomplete, unkeptThen } from '../unkept.ts';
import { declaredUser, describeUser, userFlags } from './describeUser.ts';

/** A user with all that the tables say; a password is no part of what is kept. */
export const userPreImages: PreImages = {
  async refuses(properties, _, { action }) {
    if (action === 'update') return '';
    const row = (await accountsIn(properties, 'shadow')).get(textOf(properties, 'name'));
    return hasPassword(row) ? 'its password is not kept' : '';
  },

  async keep(properties, machine, request) {
    const row = (await accountsIn(properties, 'passwd')).get(textOf(properties, 'name')) ?? [];
    // Its first group by its number: the group may have gone with the user, and come back with it.
    return {
      data: {
        ...(await describeUser({ root: rootOf(properties) }, row)),
        gid: row[3] ?? '',
        ...(await unkeptThen(userPreImages, properties, machine, request)),
      },
    };
  },

  async putBack(properties, { data }, machine) {
    const name = textOf(properties, 'name');
    const { gid, unkept: _, ...before } = data;
    const exists = (await accountsIn(properties, 'passwd')).has(name);
    if (!exists) refuseIncomplete(data);
    if (!exists) await putGroupBack(properties, String(before.group), String(gid), machine);
    // What the declaration says nothing of stays as it is, unless all of it is made anew.
    const names = Object.keys(exists ? declaredUser(properties) : before);
    const wanted = given(Object.fromEntries(names.map((each) => [each, before[each]])));
    const flags = exists ? [] : ['--no-create-home'];
    const command = [exists ? 'usermod' : 'useradd', ...rootFlags(properties), ...flags];
    if (names.length > 0) await runProgram(machine, [...command, ...userFlags(wanted), '--', name]);
  },
};

function rootOf(properties: Properties): string {
  return textOf(properties, 'root');
}

async function putGroupBack(
  properties: Properties,
  group: string,
  gid: string,
  machine: ProviderMachine,
): Promise<void> {
  const groups = await accountsIn(properties, 'group');
  if (groups.has(group) || [...groups.values()].some((each) => each[2] === group)) return;
  await runProgram(machine, ['groupadd', ...rootFlags(properties), `--gid=${gid}`, '--', group]);
}
