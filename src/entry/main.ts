/** Entry of `dist/main.cjs`: the whole program. */
export { start, startLost } from '../cli/start.ts';
