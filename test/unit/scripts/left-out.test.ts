import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leftOut } from '../../../scripts/left-out.ts';

const root = join(import.meta.dirname, '../../..');

test('on Linux x64, `npm run check` leaves nothing out', () => {
  expect(leftOut({ platform: 'linux', arch: 'x64' }, root)).toEqual({ lint: false, tests: [] });
});

test.each([
  ['darwin', 'arm64'],
  ['darwin', 'x64'],
  ['linux', 'arm64'],
  ['win32', 'x64'],
] as const)('on %s %s, it leaves out lint and the tests that need a binary for Linux x64', (platform, arch) => {
  const { lint, tests } = leftOut({ platform, arch }, root);
  expect(lint).toBe(true);
  expect(tests).toEqual(
    expect.arrayContaining([
      'test/contract/dynoxide.test.ts',
      'test/integration/local-runner-dynamodb.test.ts',
      'test/unit/house/imports.test.ts',
    ]),
  );
  // The rules, and the other engine, are tested everywhere.
  for (const path of [
    'test/contract/memory.test.ts',
    'test/contract/dynalite.test.ts',
    'test/integration/login.test.ts',
  ])
    expect(tests).not.toContain(path);
  expect(tests.length).toBeLessThan(40);
});
