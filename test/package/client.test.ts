import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../../scripts/package/check.ts';
import type { Packed } from '../../scripts/package/pack.ts';
import { packClient } from './support/packages.ts';
import { type Added, Stranger } from './support/stranger.ts';
import { compile } from './support/type-check.ts';

let packed: Packed;
let added: Added;
const app = Stranger.inEmptyFolder();

beforeAll(async () => {
  packed = await packClient();
  added = await app.installAndPrint(packed.tarball, 'react@19.3.1');
});
afterAll(() => app.leave());

/** Bytes of an app's bundle that has one entry of the package and nothing else, minified and compressed. */
async function gzippedBytes(entry: string): Promise<number> {
  const file = `${entry.replace('/', '-')}.mjs`;
  app.write(file, `export * from '${entry}';`);
  const { outputFiles } = await build({
    entryPoints: [join(app.folder, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    external: ['react'],
  });
  return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).byteLength;
}

const entries = ['pawl-client', 'pawl-client/cookie', 'pawl-client/body', 'pawl-client/account', 'pawl-client/react'];

/** A login, a call of the team's route and a logout against a service that answers as Pawl does. */
const story = `
  const calls = [];
  globalThis.fetch = async (url, init) => {
    calls.push(new URL(url).pathname + ' ' + (new Headers(init.headers).get('authorization') ?? ''));
    return Response.json({ access_token: 'a1', refresh_token: 'r1', expires_in: 600, session_id: 's1', sessions: [] });
  };
  (async () => {
    const session = createSession({ mode: 'body', baseUrl: 'https://auth.example.com' });
    const { outcome } = await session.login({ username: 'u', password: 'p' });
    await session.fetch('/orders');
    await session.sessions();
    await session.logout();
    console.log(JSON.stringify([outcome, session.state, calls]));
  })();
`;
const told = [
  'signed-in',
  'signed-out',
  ['/auth/login ', '/orders Bearer a1', '/auth/sessions Bearer a1', '/auth/revoke '],
];

describe('pawl-client', () => {
  test('passes publint and Are The Types Wrong', async () => {
    expect(await faultsOf(packed)).toEqual([]);
  });

  test('its manifest has no dependency, and runs nothing at installation', () => {
    const manifest = JSON.parse(readFileSync(join(app.folder, 'node_modules/pawl-client/package.json'), 'utf8'));
    for (const field of ['private', 'scripts', 'dependencies', 'optionalDependencies', 'devDependencies']) {
      expect(manifest).not.toHaveProperty(field);
    }
    // Itself and React.
    expect(added.count).toBe(2);
    expect(added.after).toBe(added.before);
  });

  test('is at most 4 KB gzipped, one mode 3,400 bytes, and its React hook 1 KB more', async () => {
    const sizes = await Promise.all(entries.map(async (entry) => [entry, await gzippedBytes(entry)] as const));
    process.stdout.write(`gzipped bytes: ${sizes.map(([entry, bytes]) => `${entry} ${bytes}`).join(', ')}\n`);
    const bytes = Object.fromEntries(sizes);
    expect(bytes['pawl-client']).toBeLessThanOrEqual(4096);
    expect(bytes['pawl-client/react']).toBeLessThanOrEqual(1024);
    for (const mode of ['pawl-client/cookie', 'pawl-client/body']) {
      expect(bytes[mode]).toBeLessThanOrEqual(3400);
      // An entry that lost its code would be small as well.
      expect(bytes[mode]).toBeGreaterThan(2048);
    }
  });

  test.each([
    ['an ES module', 'esm.mjs', `import { createSession } from 'pawl-client';`],
    ['CommonJS', 'cjs.cjs', `const { createSession } = require('pawl-client');`],
  ])('works from %s', async (_name, file, imports) => {
    app.write(file, imports + story);
    expect(JSON.parse(await app.must('node', [file]))).toEqual(told);
  });

  test.each([
    ['ES modules', 'parts.mjs', (entry: string) => `await import('${entry}')`],
    ['CommonJS', 'parts.cjs', (entry: string) => `require('${entry}')`],
  ])('the account methods know the sessions of another entry: %s', async (_name, file, load) => {
    app.write(
      file,
      `(async () => {
        const { createSession, memoryStorage } = ${load('pawl-client/body')};
        const { account } = ${load('pawl-client/account')};
        ${load('pawl-client/react')};
        const session = createSession({ baseUrl: 'https://auth.example.com', storage: memoryStorage() });
        console.log(Object.keys(account(session)).length);
      })();`,
    );
    expect((await app.must('node', [file])).trim()).toBe('5');
  });

  test('has types for both module systems', () => {
    const code = `
      import { createSession, type Session, type State } from 'pawl-client';
      import { createSession as inCookies } from 'pawl-client/cookie';
      import { account } from 'pawl-client/account';
      const session: Session = createSession({ mode: 'cookie', baseUrl: 'https://auth.example.com' });
      export const state: State = session.state;
      export const methods = account(inCookies({ baseUrl: 'https://auth.example.com' }));
    `;
    const dom = { lib: ['es2022', 'dom'] };
    expect(compile(app, { 'esm.mts': code, 'cjs.cts': code }, dom)).toBe('');
    const wrong = code.replace("mode: 'cookie'", "mode: 'jar'");
    expect(compile(app, { 'wrong.mts': wrong }, dom)).toContain('TS2322');
  });
});
