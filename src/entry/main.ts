/** Entry of `dist/main.cjs`: the whole program. */
export { start } from '../cli/start.ts';
