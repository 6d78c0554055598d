import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Frozen functions find their pooled connections closed, so every client of AWS has those that know it. */

const root = join(import.meta.dirname, '../../..');
const clients = globSync('lambda/**/*.ts', { cwd: root }).flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  // Up to the end of the statement. A client that wraps another one has no options of its own.
  return [...text.matchAll(/new (\w+Client)\(\{([^;]*);/g)].map(
    ([, name, options]) => [`${file} ${name}`, options ?? ''] as const,
  );
});

test('there are clients to look at', () => {
  expect(clients.length).toBeGreaterThanOrEqual(6);
});

test.each(clients)('%s', (_, options) => {
  expect(options).toContain('requestHandler: connections(');
});
