import type { Provider } from '../../model/provider.ts';

/** The types that come with the program; each is loaded when it is first needed. */
const builtin: Readonly<Record<string, () => Promise<Provider>>> = {
  file: async () => (await import('../../providers/file/fileProvider.ts')).fileProvider,
  directory: async () =>
    (await import('../../providers/directory/directoryProvider.ts')).directoryProvider,
  symlink: async () => (await import('../../providers/symlink/symlinkProvider.ts')).symlinkProvider,
  template: async () =>
    (await import('../../providers/template/templateProvider.ts')).templateProvider,
  block: async () => (await import('../../providers/block/blockProvider.ts')).blockProvider,
  dotenv: async () => (await import('../../providers/dotenv/dotenvProvider.ts')).dotenvProvider,
  line: async () => (await import('../../providers/line/lineProvider.ts')).lineProvider,
  command: async () => (await import('../../providers/command/commandProvider.ts')).commandProvider,
  process: async () => (await import('../../providers/process/processProvider.ts')).processProvider,
  http: async () => (await import('../../providers/http/httpProvider.ts')).httpProvider,
  tcp: async () => (await import('../../providers/tcp/tcpProvider.ts')).tcpProvider,
  user: async () => (await import('../../providers/user/userProvider.ts')).userProvider,
  group: async () => (await import('../../providers/group/groupProvider.ts')).groupProvider,
  cron: async () => (await import('../../providers/cron/cronProvider.ts')).cronProvider,
  git: async () => (await import('../../providers/git/gitProvider.ts')).gitProvider,
  archive: async () => (await import('../../providers/archive/archiveProvider.ts')).archiveProvider,
  package: async () => (await import('../../providers/package/packageProvider.ts')).packageProvider,
  service: async () => (await import('../../providers/service/serviceProvider.ts')).serviceProvider,
  replace: async () => (await import('../../providers/replace/replaceProvider.ts')).replaceProvider,
  kubernetes: async () =>
    (await import('../../providers/kubernetes/kubernetesProvider.ts')).kubernetesProvider,
  container: async () =>
    (await import('../../providers/container/containerProvider.ts')).containerProvider,
  sqlite_table: async () =>
    (await import('../../providers/sqlite/sqliteTableProvider.ts')).sqliteTableProvider,
  postgres_role: async () =>
    (await import('../../providers/postgres/roleProvider.ts')).postgresRoleProvider,
  postgres_database: async () =>
    (await import('../../providers/postgres/databaseProvider.ts')).postgresDatabaseProvider,
  postgres_schema: async () =>
    (await import('../../providers/postgres/schemaProvider.ts')).postgresSchemaProvider,
  postgres_grant: async () =>
    (await import('../../providers/postgres/grantProvider.ts')).postgresGrantProvider,
};

/** Names of all types there are. */
export const providerTypes: readonly string[] = Object.keys(builtin);

/** The provider of a type that comes with the program; `undefined` for any other. */
export async function findProvider(type: string): Promise<Provider | undefined> {
  return Object.hasOwn(builtin, type) ? builtin[type]?.() : undefined;
}
