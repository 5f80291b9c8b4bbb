import {
  appendAll,
  describeError,
  type ErrorDescription,
  type SlothError,
} from '../../sdk/presentation.ts';
import { indented, onOneLine } from '../terminal/control.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** An error for people: what happened, why, where, what to do; the trace only when asked for. */
export function renderError(error: SlothError, paint: Paint, verbose: boolean): string {
  const description = describeError(error);
  const lines = [`${paint.bad('✗')} ${paint.strong(indented(sentence(description.what)))}`];
  if (description.why !== '') lines.push(`  ${indented(sentence(description.why))}`);
  appendAll(lines, renderSource(description, paint));
  for (const [index, todo] of description.todo.split('\n').filter(Boolean).entries()) {
    lines.push(`${index === 0 ? paint.accent('→') : ' '} ${todo}`);
  }
  if (verbose) lines.push('', paint.dim(traceOf(error)));
  return `${lines.join('\n')}\n`;
}

/** An error for machines. */
export function errorAsJson(error: SlothError): { readonly error: ErrorDescription } {
  return { error: describeError(error) };
}

/** The place in the workflow file, its line, and a caret where the column is known. */
export function renderSource({ source }: ErrorDescription, paint: Paint): string[] {
  if (source === undefined) return [];
  const column = source.column === undefined ? '' : `:${source.column}`;
  const lines = [`  ${paint.dim('at')} ${onOneLine(source.file)}:${source.line}${column}`];
  if (source.text === undefined) return lines;
  const number = String(source.line);
  lines.push(`  ${paint.dim(`${number} |`)} ${source.text.replaceAll('\t', ' ')}`);
  if (source.column !== undefined) {
    const indent = ' '.repeat(number.length + 2 + source.column);
    lines.push(`  ${indent}${paint.bad('^')}`);
  }
  return lines;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function traceOf(error: SlothError): string {
  const traces: string[] = [];
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    traces.push(each.stack ?? each.message);
  }
  return traces.join('\ncaused by: ');
}
