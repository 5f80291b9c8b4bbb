/** The id of the n-th execution of a stack, as people read and type it: `e12`. */
export function executionId(number: number): string {
  return `e${number}`;
}

/** The number in an execution's id. */
export function executionNumber(id: string): number {
  return Number(id.slice(1));
}

/** The name of a task's entry within an execution. */
export function taskRunName(execution: string, task: string): string {
  return `${execution}/${task}`;
}
