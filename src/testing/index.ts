/** What a driver of one's own proves itself with. */
export { backendConformance } from './backendConformance.ts';
export type { ConformanceCase } from './ConformanceCase.ts';
export {
  type ProviderFactory,
  type ProviderSubject,
  providerConformance,
} from './providerConformance.ts';
