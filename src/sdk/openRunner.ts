import { dirname, join } from 'node:path';
import { neverCrash } from '../backend/crashPoint.ts';
import { childEnvironment } from '../model/childEnvironment.ts';
import { createSealer } from '../services/secrets/createSealer.ts';
import type { KeyOptions } from '../services/secrets/keyHolder.ts';
import { configurationFiles, standardPlaces } from './configuration/configurationFiles.ts';
import { rememberDatabasePath } from './configuration/configuredPath.ts';
import { loadConfiguration } from './configuration/loadConfiguration.ts';
import { locateDatabase } from './configuration/locateDatabase.ts';
import { createContext } from './createContext.ts';
import { createLazyFacade } from './createLazyFacade.ts';
import { createObjectsFacade } from './facade/objects.ts';
import { createRunFacade } from './facade/run.ts';
import { createSecretsFacade } from './facade/secrets.ts';
import { createStacksFacade } from './facade/stacks.ts';
import { createRememberedLocks } from './locks/rememberedLocks.ts';
import { openStore } from './openStore.ts';
import { callOperation } from './operations/callOperation.ts';
import { createClient } from './operations/createClient.ts';
import { localCaller } from './operations/localCaller.ts';
import { operations } from './operations/operations.ts';
import type { Runner, RunnerOptions } from './Runner.ts';
import { retentionPolicy } from './snapshots/retentionPolicy.ts';
import { withRedactedErrors } from './withRedactedErrors.ts';

/**
 * Opens the store that the options, the environment and the configuration name, and gives all that
 * can be done with it. The composition root: the only place that knows drivers and this machine.
 */
export async function openRunner(options: RunnerOptions = {}): Promise<Runner> {
  const env = options.env ?? process.env;
  const cwd = options.cwd ?? process.cwd();
  const places = standardPlaces(env);
  const configuration = await loadConfiguration(env, places, options.config);
  rememberDatabasePath(places, options.config, configuration.databasePath);
  const location = locateDatabase({
    flag: options.db,
    env,
    configured: () => configuration.databasePath,
    places,
    cwd,
  });
  const reach = options.reach ?? neverCrash;
  const notice = options.onNotice ?? (() => {});
  const readOnly = options.readOnly === true;
  const backend = openStore({ path: location.path, readOnly, reach, notice });
  const [lockId, stack, execution] = [
    env.SLOTH_RUNNER_LOCK_ID,
    env.SLOTH_RUNNER_STACK,
    env.SLOTH_RUNNER_EXECUTION,
  ];
  const handedOn = lockId ? { id: lockId, stack: stack || null } : null;
  const keys: KeyOptions = {
    passphrase: env.SLOTH_RUNNER_PASSPHRASE,
    keyFile: `${location.path}.key`,
    keys: backend.keys,
    clock: Date.now,
    reach,
  };
  const context = createContext({
    backend,
    readOnly,
    reach,
    notice,
    providers: configuration.providers,
    preImageMax: configuration.preImageMax,
    groups: {
      folder: join(dirname(location.path), 'running'),
      isDedicated: options.isDedicated === true,
    },
    sealer: createSealer(keys),
    locks: createRememberedLocks(join(places.state, 'locks'), handedOn?.id),
    inside: stack && execution ? { stack, execution } : null,
  });
  const { lockTimeout } = configuration;
  const place = {
    store: {
      contextFor: context.as,
      lockTimeout,
      retention: retentionPolicy(configuration),
      redactor: context.redactor,
      cwd,
      env: childEnvironment(env),
    },
    caller: localCaller(context, handedOn),
  };
  const settings = {
    configuration,
    databasePath: location.path,
    env: childEnvironment(env),
    given: env,
    cwd,
  };
  const objects = createObjectsFacade(context, settings);
  const runs = createRunFacade(context, settings);
  const many = createLazyFacade(async () => {
    const { createUpFacade } = await import('./facade/up.ts');
    return createUpFacade(context, settings, { ...objects, ...runs });
  });
  return withRedactedErrors(context.redactor, {
    client: createClient(operations, place),
    call: (operation, input, more) => callOperation(operation, place, input, more),
    location,
    configuration,
    configurationFiles: configurationFiles(places, options.config),
    stacks: createStacksFacade(context),
    deps: createLazyFacade(async () => {
      const { createDependenciesFacade } = await import('./facade/deps.ts');
      return createDependenciesFacade(context, settings);
    }),
    secrets: createSecretsFacade(context, keys),
    ...objects,
    ...runs,
    planUp: many.planUp,
    up: many.up,
    previewUp: many.previewUp,
    planDown: many.planDown,
    down: many.down,
    why: many.why,
    close: () => backend.close(),
  });
}
