/** One case of a conformance suite; hand it to any test runner. */
export interface ConformanceCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}
