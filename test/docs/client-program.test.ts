import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type TestService } from '../support/local.ts';
import { readPage, root } from './support/pages.ts';

const directory = mkdtempSync(join(tmpdir(), 'pawl-program-'));
const program = join(directory, 'whoami.mjs');
const tokenFile = join(directory, 'token');
let service: TestService;

beforeAll(async () => {
  service = await startService();
  const [fence] = readPage('docs/client.md').fences.filter(({ text }) => text.startsWith('// whoami.ts\n'));
  await build({
    stdin: { contents: fence?.text ?? '', resolveDir: root, loader: 'ts' },
    ...{ bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'silent' },
  });
}, 120_000);
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await service?.stop();
});

const run = (login: Readonly<Record<string, string>>) =>
  promisify(execFile)(process.execPath, [program], {
    env: { BASE: service.url, TOKEN_FILE: tokenFile, ...login },
    timeout: 20_000,
  });

const sessionIn = (printed: string) => /sid: '([\w-]+)'/.exec(printed)?.[1];

test('the Node program of docs/client.md stays signed in between two runs, and ends', async () => {
  const first = await run({ LOGIN: service.username, PASSWORD: service.password });
  expect(sessionIn(first.stdout)).toBeDefined();
  expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
  // The rotation floor.
  service.advance(60);
  const second = await run({});
  expect(sessionIn(second.stdout)).toBe(sessionIn(first.stdout));
  await expect(run({ LOGIN: 'nobody', PASSWORD: 'wrong', TOKEN_FILE: join(directory, 'none') })).rejects.toThrow(
    'login: wrong-credentials',
  );
});
