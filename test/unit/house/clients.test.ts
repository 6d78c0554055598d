import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Pooled connections close while a function is frozen, so every AWS client needs `connections`, which replaces them. */

const root = join(import.meta.dirname, '../../..');
const clients = globSync('lambda/**/*.ts', { cwd: root }).flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  // Up to the end of the statement. A client that wraps another one has no options.
  return [...text.matchAll(/new (\w+Client)\(\{([^;]*);/g)].map(
    ([, name, options]) => [`${file} ${name}`, options ?? ''] as const,
  );
});

test('finds clients to check', () => {
  expect(clients.length).toBeGreaterThanOrEqual(6);
});

test.each(clients)('%s', (_, options) => {
  expect(options).toContain('requestHandler: connections(');
});
