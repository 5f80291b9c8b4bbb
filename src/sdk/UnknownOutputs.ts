/**
 * Whether the outputs of a stack are unknown: `never` in a run, `if_missing` where that stack is about
 * to set them, `always` where it may change them, or where nobody wants to know.
 */
export type UnknownOutputs = (stack: string) => 'never' | 'if_missing' | 'always';
