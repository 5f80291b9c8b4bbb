import { dirname, resolve } from 'node:path';
import type { EngineContext } from '../engine/context/EngineContext.ts';
import { createLoadHost } from '../engine/host/createLoadHost.ts';
import { redacted, redactedError } from '../engine/redaction/redactedError.ts';
import type { Redactor } from '../engine/redaction/redactor.ts';
import type { Report } from '../engine/session/RunMessage.ts';
import { readOutput, unknownOutput } from '../engine/stacks/readOutput.ts';
import { hasCode } from '../errors/SlothError.ts';
import { secretsOf } from '../model/childEnvironment.ts';
import type { WorkflowProgram } from '../model/host.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { WorkflowDefinition } from '../model/workflow.ts';
import type { OutputUse } from '../services/deps/declaredDependencies.ts';
import type { Environment } from './configuration/configurationFiles.ts';
import { loadProgram, selectWorkflow } from './loadProgram.ts';
import { publicDefinition } from './publicDefinition.ts';
import { readPairs, readValues } from './readValues.ts';
import type { RunRequest } from './requests.ts';
import type { UnknownOutputs } from './UnknownOutputs.ts';

/** A loaded file with what it was loaded with. */
export interface LoadedWorkflow {
  readonly program: WorkflowProgram;
  readonly definition: WorkflowDefinition;
  readonly values: JsonObject;
  readonly params: Record<string, string>;
  readonly redactor: Redactor;
  /** Outputs of other stacks that its top level read. */
  readonly uses: readonly OutputUse[];
  /** All that it asked for, also what is not known yet. */
  readonly asked: readonly { readonly stack: string; readonly key: string }[];
}

export type LoadRequest = Pick<
  RunRequest,
  'workflow' | 'valuesFile' | 'values' | 'set' | 'setString' | 'params' | 'report' | 'signal'
> & {
  readonly file: string;
  /** What stands for an output of another stack that is not known before that has run. */
  readonly unknown?: UnknownOutputs;
};

/** Loads a workflow file, with the values and parameters of a request. */
export type LoadWorkflowFile = (request: LoadRequest) => Promise<LoadedWorkflow>;

/** What a loader takes from the runner it belongs to. */
export interface LoaderSettings {
  /** What workflows and their children see. */
  readonly env: Readonly<Record<string, string>>;
  /** All that this process got; secrets of ours in it are kept out of what a run tells. */
  readonly given: Environment;
  readonly cwd: string;
}

/** Makes a loader for files that lie, or are named, relative to a folder. */
export function createWorkflowLoader(
  context: EngineContext,
  { env, given, cwd }: LoaderSettings,
): LoadWorkflowFile {
  return async (request) => {
    const file = resolve(cwd, request.file);
    const { redactor } = context;
    redactor.add(secretsOf(given));
    const report = redactedReport(redactor, request.report);
    const valuesFile = request.valuesFile && resolve(cwd, request.valuesFile);
    const settings = { settings: request.set, texts: request.setString };
    const values = await readValues(valuesFile, settings, request.values);
    const params = readPairs(request.params ?? []);
    const uses: OutputUse[] = [];
    const asked: { stack: string; key: string }[] = [];
    const outputOf = async (stack: string, key: string): Promise<JsonValue> => {
      asked.push({ stack, key });
      const unknown = request.unknown?.(stack) ?? 'never';
      if (unknown === 'always') return unknownOutput(stack, key);
      const found = await readOutput(context, stack, key, redactor).catch((error: unknown) => {
        const isMissing = hasCode(error, 'output.not_found') || hasCode(error, 'stack.not_found');
        if (isMissing && unknown === 'if_missing') return undefined;
        throw error;
      });
      if (found === undefined) return unknownOutput(stack, key);
      uses.push({ stack, key, lineage: found.lineage, serial: found.serial });
      return found.value;
    };
    const workdir = dirname(file);
    const options = { workdir, env, values, params, redactor, report, outputOf };
    const host = createLoadHost(options);
    const { signal } = request;
    const program = await loadProgram(file, host, signal === undefined ? {} : { signal }).catch(
      (error: unknown) => {
        throw redactedError(redactor, error);
      },
    );
    const { definition, other } = await publicWorkflow(redactor, program, request.workflow);
    if (other) {
      const message = `the file has exactly one workflow, '${definition.name}'; running that one`;
      report({ type: 'notice', level: 'info', message });
    }
    return { program, definition, values, params, redactor, uses, asked };
  };
}

async function publicWorkflow(
  redactor: Redactor,
  program: WorkflowProgram,
  name: string | undefined,
): Promise<ReturnType<typeof selectWorkflow>> {
  try {
    const selected = selectWorkflow(program, name);
    return { ...selected, definition: publicDefinition(redactor, selected.definition) };
  } catch (error) {
    await program.close();
    throw error;
  }
}

/** What a task prints is masked where it is printed; anything else that is told is masked here. */
export function redactedReport(redactor: Redactor, report: Report): Report {
  return (message) =>
    report(message.type.startsWith('task.') ? message : redacted(redactor, message));
}
