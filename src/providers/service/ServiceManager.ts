import type { ProviderMachine } from '../../model/provider.ts';

/** A service as its manager knows it. */
export interface ServiceState {
  readonly status: 'running' | 'stopped';
  /** Whether it starts with the machine. */
  readonly enabled: boolean;
}

/** What starts and stops services on a machine. */
export interface ServiceManager {
  readonly name: 'systemd' | 'sysv';
  /** `undefined` for a service that it doesn't know. */
  readonly look: (machine: ProviderMachine, service: string) => Promise<ServiceState | undefined>;
  readonly setStatus: (
    machine: ProviderMachine,
    service: string,
    status: ServiceState['status'],
  ) => Promise<void>;
  readonly setEnabled: (
    machine: ProviderMachine,
    service: string,
    enabled: boolean,
  ) => Promise<void>;
}
