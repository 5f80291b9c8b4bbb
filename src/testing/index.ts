/** What a driver of one's own proves itself with. */
export { backendConformance } from './backendConformance.ts';
export type { ConformanceCase } from './ConformanceCase.ts';
export type { ProviderSubject } from './ProviderSubject.ts';
export { type ProviderFactory, providerConformance } from './providerConformance.ts';
