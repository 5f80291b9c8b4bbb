import type { JsonObject } from '../../model/json.ts';
import type { Properties, ProviderMachine } from '../../model/provider.ts';
import { runProgram } from '../programs.ts';
import { optionalText } from '../property.ts';
import { tableOf } from '../table.ts';
import { objectName } from './manifest.ts';

/** Fields of a declaration are ours from the moment on in which they are applied. */
export const APPLY = [
  'apply',
  '--field-manager=sloth-runner',
  '--server-side',
  '--force-conflicts',
];

/** A command of `kubectl`, for the cluster and the namespace of a declaration. */
export function kubectl(properties: Properties, command: readonly string[]): string[] {
  const context = optionalText(properties, 'context');
  const { namespace } = objectName(properties);
  return [
    'kubectl',
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ...command,
  ];
}

/** How `kubectl` finds the object of a declaration: its type, and its name. */
export function objectWords(properties: Properties): string[] {
  const { kind, group, version, name } = objectName(properties);
  // Types of several groups may have one name.
  return [group === '' ? kind : `${kind}.${version}.${group}`, name];
}

/** Applies the manifest of a declaration, and gives what was printed. */
export function applyManifest(
  properties: Properties,
  machine: ProviderMachine,
  flags: readonly string[] = [],
): Promise<string> {
  const stdin = JSON.stringify(tableOf(properties, 'manifest'));
  const command = kubectl(properties, [...APPLY, ...flags, '--filename=-']);
  return runProgram(machine, command, { stdin });
}

/** The object as the server has it; `undefined` for none. */
export async function getObject(
  properties: Properties,
  machine: ProviderMachine,
): Promise<JsonObject | undefined> {
  const command = ['get', ...objectWords(properties), '--output=json', '--ignore-not-found'];
  const printed = await runProgram(machine, kubectl(properties, command));
  return printed.trim() === '' ? undefined : (JSON.parse(printed) as JsonObject);
}
