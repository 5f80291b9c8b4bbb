/** Of commands that write a file with `--output`. */
export const forceFlag = {
  force: { type: 'boolean', help: 'write over a file that is there already' },
} as const;
