import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpus, type Sample } from '../examples/support/corpus.ts';
import { audience, TestIssuer } from '../examples/support/issuer.ts';
import { bundled, edgePackages, inEdgeVm, inWorkerd } from './support/edge.ts';
import { packVerify } from './support/packages.ts';
import { Stranger } from './support/stranger.ts';

/** pawl-verify from its tarball, in runtimes that have WebCrypto and none of Node's modules. */

const nowhere = 'http://127.0.0.1:1';

let issuer: TestIssuer;
let samples: readonly Sample[];
const service = Stranger.inEmptyFolder();

beforeAll(async () => {
  await service.install((await packVerify()).tarball, ...edgePackages);
  issuer = await TestIssuer.start();
  // Without these, whose verdict depends on the second.
  samples = corpus(issuer).filter(([name]) => !/^(exp|nbf) \d/.test(name));
  service.write(
    'run.mjs',
    `import { createVerifier, KeysUnavailableError, requireScope, VerifyError } from 'pawl-verify';
const options = ${JSON.stringify({ issuer: issuer.url, audience })};
const token = ${JSON.stringify(issuer.token())};
export async function run() {
  const verifier = createVerifier(options);
  const verdicts = [];
  for (const sample of ${JSON.stringify(samples.map(([, sample]) => sample))}) {
    verdicts.push(await verifier.verifyToken(sample).then(() => 'allowed', (error) => error.reason));
  }
  const claims = await createVerifier({ ...options, jwks: ${JSON.stringify(issuer.jwks)} }).verify('Bearer ' + token);
  let scope;
  try { requireScope(claims, 'admin'); } catch (error) { scope = [error instanceof VerifyError, error.status]; }
  const other = createVerifier({ ...options, issuer: '${nowhere}' });
  const down = await other.verifyToken(${JSON.stringify(issuer.token({ iss: nowhere }))}).catch((error) => error);
  return JSON.stringify({ verdicts, sub: claims.sub, scope, down: down instanceof KeysUnavailableError && down.status });
}`,
  );
});
afterAll(async () => {
  await issuer.stop();
  service.leave();
});

function expectVerdicts(told: string): void {
  const { verdicts, ...rest } = JSON.parse(told) as { readonly verdicts: readonly string[] };
  expect(samples.length).toBeGreaterThan(65);
  expect(samples.map(([name], index) => [name, verdicts[index]])).toEqual(
    samples.map(([name, , verdict]) => [name, verdict]),
  );
  expect(rest).toEqual({ sub: 'u1', scope: [true, 403], down: 503 });
}

describe('pawl-verify without Node’s modules', () => {
  test('in workerd, bundled as for Cloudflare Workers', async () => {
    service.write(
      'entry.mjs',
      `import { run } from './run.mjs';
export default { async test() { console.log(await run()); } };`,
    );
    expectVerdicts(await inWorkerd(service, await bundled(service, 'entry.mjs', ['workerd', 'worker'])));
  });

  test('in the Edge Runtime, bundled as for Next.js middleware', async () => {
    service.write('entry.mjs', `import { run } from './run.mjs';\nrun().then(tell, (error) => tell(String(error)));`);
    expectVerdicts(await inEdgeVm(service, await bundled(service, 'entry.mjs', ['edge-light'], 'iife')));
  });

  test('web.mjs imports nothing', () => {
    const code = readFileSync(join(service.folder, 'node_modules/pawl-verify/web.mjs'), 'utf8');
    expect(code).not.toMatch(/(?<!#)\b(import|require)\b *[("'{]|\bBuffer\b|\bprocess\./);
  });

  test('a bundler for Node takes the module for Node', async () => {
    const code = await bundled(service, 'run.mjs', ['node'], 'esm').catch((error: Error) => error.message);
    expect(code).toContain('Could not resolve "node:crypto"');
  });
});
