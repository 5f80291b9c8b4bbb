import type { NodeStatus, StackNode } from '../../services/deps/StackGraph.ts';

/** What a stack is told to be in a picture: the first of these that is true. */
export type Mood = NodeStatus | 'stale' | 'drifted';

/** A colour for the fill and one for the border, for a light and a dark background. */
export interface MoodColors {
  readonly light: readonly [fill: string, border: string];
  readonly dark: readonly [fill: string, border: string];
}

/** No colour stands alone: its word is written beside it. */
export const moodColors: Readonly<Record<Mood, MoodColors>> = {
  completed: { light: ['#e3f4e6', '#2e7d3a'], dark: ['#163d20', '#5fc070'] },
  running: { light: ['#e1eefc', '#1b66b8'], dark: ['#12345a', '#62a8f0'] },
  failed: { light: ['#fbe3e1', '#b3261e'], dark: ['#4d1613', '#f2857c'] },
  interrupted: { light: ['#fdeedc', '#a85a00'], dark: ['#4a2d08', '#f0a850'] },
  stale: { light: ['#fff6cf', '#8a6d00'], dark: ['#433807', '#e2c441'] },
  drifted: { light: ['#f3e6fa', '#7b2fa0'], dark: ['#3a1a4c', '#c98bea'] },
  created: { light: ['#f0f1f3', '#5f6670'], dark: ['#2b3038', '#a3abb8'] },
  planned: { light: ['#ffffff', '#5f6670'], dark: ['#1c2027', '#a3abb8'] },
  missing: { light: ['#ffffff', '#b3261e'], dark: ['#1c2027', '#f2857c'] },
};

/** The mood of a stack. */
export function moodOf({ status, stale, drifted }: StackNode): Mood {
  if (status !== 'completed') return status;
  if (drifted) return 'drifted';
  return stale ? 'stale' : status;
}

/** All that is to be said of a stack's condition, in words. */
export function conditionOf(node: StackNode): string {
  const words = [
    node.status === 'planned' ? 'not run yet' : node.status,
    ...(node.stale ? ['stale'] : []),
    ...(node.drifted ? ['drifted'] : []),
    ...(node.locked ? ['locked'] : []),
  ];
  return words.join(', ');
}
