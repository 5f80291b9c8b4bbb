import { resource, stack, task, workflow } from 'sloth-runner';

const environment = resource.dotenv('environment', {
  path: 'out/backend.env',
  values: {
    DATABASE_URL: await stack.output('database-stack', 'url'),
    CACHE: await stack.output('cache-stack', 'address'),
  },
});

const publish = task('publish', {
  dependsOn: environment,
  command: async () => {
    await stack.setOutput('url', 'https://api.example.internal');
  },
});

export default workflow
  .define('backend')
  .version('4.0.2')
  .outputs('url')
  .resources([environment])
  .tasks([publish]);
