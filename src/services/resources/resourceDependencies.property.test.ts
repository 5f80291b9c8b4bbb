import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourceDependencies } from './resourceDependencies.ts';

/** A workflow whose parts only need earlier ones; a resource's name is its number. */
const workflows = fc
  .array(fc.record({ isTask: fc.boolean(), needs: fc.array(fc.nat(), { maxLength: 3 }) }), {
    maxLength: 12,
  })
  .map((parts) => {
    const nameOf = (index: number): string =>
      parts[index]?.isTask === true ? `t${index}` : `r.${index}`;
    return parts.map(({ isTask, needs }, index) => ({
      isTask,
      name: nameOf(index),
      dependsOn: index === 0 ? [] : [...new Set(needs.map((each) => nameOf(each % index)))],
    }));
  });

test('a resource needs those that a walk through tasks alone reaches', () => {
  fc.assert(
    fc.property(workflows, (parts) => {
      const tasks = parts.filter((part) => part.isTask);
      const resources = parts
        .filter((part) => !part.isTask)
        .map(({ name, dependsOn }) => ({ name, dependsOn }));
      const found = resourceDependencies(tasks, resources);
      const byName = new Map(parts.map((part) => [part.name, part]));
      for (const part of parts.filter((each) => !each.isTask)) {
        // The naive way: paths, as long as they lead over tasks.
        const reached = new Set<string>();
        const open = [...part.dependsOn];
        for (let name = open.pop(); name !== undefined; name = open.pop()) {
          if (name.startsWith('r.')) reached.add(name);
          else open.push(...(byName.get(name)?.dependsOn ?? []));
        }
        expect(new Set(found.get(part.name))).toEqual(reached);
      }
    }),
  );
});
