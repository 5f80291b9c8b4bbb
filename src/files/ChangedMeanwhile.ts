/** Somebody else wrote to a file, or put another one in its place, between our reading and our writing. */
export class ChangedMeanwhile extends Error {
  constructor(path: string) {
    super(`${path} was changed by somebody else meanwhile`);
  }
}
