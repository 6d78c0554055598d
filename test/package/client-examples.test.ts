import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { packClient } from './support/packages.ts';
import { Stranger } from './support/stranger.ts';

let tarball: string;

beforeAll(async () => {
  ({ tarball } = await packClient());
});

/** The example as a team has it. */
function copyOf(example: string): Stranger {
  const app = Stranger.inEmptyFolder();
  onTestFinished(() => app.leave());
  app.copy(`examples/${example}`);
  return app;
}

test('the Vite React app type-checks and builds', async () => {
  const app = copyOf('vite-react');
  await app.install(tarball);
  expect(await app.must('npm', ['run', 'build'])).toMatch(/dist\/assets\/index-\S+\.js/);
}, 300_000);

test('the Expo app type-checks', async () => {
  const app = copyOf('expo');
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(app.folder, 'package.json'), 'utf8'));
  // The types alone: Expo's bundler and its 500 packages are not needed for them.
  app.write('package.json', '{"private":true}');
  const wanted = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([name]) => name !== 'expo' && name !== 'pawl-client')
    .map(([name, version]) => `${name}@${version}`);
  await app.install(tarball, ...wanted, '--ignore-scripts', '--legacy-peer-deps');
  expect(await app.must('npx', ['--no-install', 'tsc', '--listFilesOnly'])).toContain('expo-secure-store/build');
  expect(await app.must('npx', ['--no-install', 'tsc'])).toBe('');
}, 300_000);
