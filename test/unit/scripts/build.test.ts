import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { BuildError, budgets, build, sizeTable } from '../../../scripts/build.ts';

const root = join(import.meta.dirname, '../../..');
// Below the project, so that a handler of the tests finds the packages too.
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
const scratch = mkdtempSync(join(root, 'node_modules/.cache/pawl-build-'));
const outside = mkdtempSync(join(tmpdir(), 'pawl-built-'));
const handlers = join(scratch, 'handlers');
const output = join(outside, 'dist');
afterAll(() => {
  for (const directory of [scratch, outside]) rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  for (const directory of [handlers, output]) rmSync(directory, { recursive: true, force: true });
  mkdirSync(handlers, { recursive: true });
});

const handler = (name: string, code: string) => writeFileSync(join(handlers, `${name}.ts`), code);
const built = (name: string) => readFileSync(join(output, name, 'index.js'), 'utf8');

test('a bundle is minified CommonJS, with a package.json that declares it', async () => {
  handler(
    'me',
    "import { hash } from 'node:crypto';\n// a comment\nexport const handler = async () => hash('sha256', 'a');\n",
  );
  await build({ names: ['me'], handlers, output });
  expect(JSON.parse(readFileSync(join(output, 'me/package.json'), 'utf8'))).toEqual({ type: 'commonjs' });
  expect(built('me')).not.toMatch(/a comment|sourceMappingURL|^import /m);
  const script = `require(${JSON.stringify(join(output, 'me'))}).handler().then(console.log)`;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toMatch(/^ca978112ca1bbdca/);
});

test('a dynamic import becomes a require: the import of node:http would load its WebSocket client too', async () => {
  handler('me', "export const handler = async () => (await import('node:http')).Agent.name;\n");
  await build({ names: ['me'], handlers, output });
  const script = `require(${JSON.stringify(join(output, 'me'))}).handler().then((name) => console.log(name, ...process.moduleLoadList))`;
  const printed = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(printed).toMatch(/^Agent /);
  expect(printed).not.toContain('undici');
});

test('a module imported by import() is a file next to the bundle, and loads on first use', async () => {
  handler('part', "export const word = 'said on demand';\n");
  handler('me', "export const handler = async () => (await import('./part.ts')).word;\n");
  const [me] = await build({ names: ['me'], handlers, output });
  expect(built('me')).not.toContain('said on demand');
  expect(me?.onDemand).toEqual({ 'part.js': readFileSync(join(output, 'me/part.js')).length });
  const loaded = 'Object.keys(require.cache).some((path) => path.endsWith("part.js"))';
  const script = `const { handler } = require(${JSON.stringify(join(output, 'me'))}); const before = ${loaded}; handler().then((word) => console.log(before, word, ${loaded}))`;
  const printed = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(printed).toBe('false said on demand true\n');
});

test('so is a module of a package, unless tree shaking leaves nothing that imports it', async () => {
  handler('unused', "export const unused = () => import('jose');\nexport const used = 'jwt';\n");
  handler(
    'me',
    "import { used } from './unused.ts';\n" +
      "export const handler = async () => typeof (await import('aws-jwt-verify')).JwtVerifier + used;\n",
  );
  const [me] = await build({ names: ['me'], handlers, output });
  expect(Object.keys(me?.onDemand ?? {})).toEqual(['aws-jwt-verify.js']);
  const script = `require(${JSON.stringify(join(output, 'me'))}).handler().then(console.log)`;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('functionjwt\n');
});

test('two builds are the same, byte for byte', async () => {
  await build({ names: ['authorizer'], output: join(outside, 'a') });
  await build({ names: ['authorizer'], output: join(outside, 'b') });
  const [a, b] = ['a', 'b'].map((name) => readFileSync(join(outside, name, 'authorizer/index.js')));
  expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
});

describe('the build fails', () => {
  test('naming every handler that is not there', async () => {
    handler('me', 'export const handler = 1;');
    const failed = build({ names: ['me', 'login', 'refresh'], handlers, output });
    await expect(failed).rejects.toThrow(BuildError);
    await expect(failed).rejects.toThrow(/no handler for login \(.*login\.ts\), refresh \(.*refresh\.ts\)/);
  });

  test('over budget, with both numbers', async () => {
    handler('authorizer', `export const handler = async () => '${'x'.repeat(1000)}';`);
    const failed = build({ names: ['authorizer'], handlers, output, limits: { authorizer: 1000 } });
    await expect(failed).rejects.toThrow(/authorizer has \d{4} bytes, more than its budget of 1000/);
  });

  test('when two parts would have the same file name', async () => {
    mkdirSync(join(handlers, 'aws'));
    writeFileSync(join(handlers, 'aws/jwt-verify.ts'), "export const own = 'own';\n");
    handler(
      'me',
      "export const handler = async () => [await import('./aws/jwt-verify.ts'), await import('aws-jwt-verify')];\n",
    );
    await expect(build({ names: ['me'], handlers, output })).rejects.toThrow(
      /aws-jwt-verify\.js would contain both .*jwt-verify/,
    );
  });

  test.each(['https', 'node:https', 'node:http'])('when the authorizer would load %s at start', async (module) => {
    handler('authorizer', `import { request } from '${module}'; export const handler = async () => request;`);
    await expect(build({ names: ['authorizer'], handlers, output })).rejects.toThrow(
      /authorizer loads https? at start/,
    );
  });
});

test("aws-jwt-verify's fetcher is left out, and with it https", async () => {
  handler(
    'authorizer',
    "import { JwtVerifier } from 'aws-jwt-verify'; export const handler = async () => JwtVerifier.create;",
  );
  await build({ names: ['authorizer'], handlers, output, limits: {} });
  expect(built('authorizer')).toContain('left out of this bundle');
  expect(built('authorizer')).not.toContain('https"');
  const script = `require(${JSON.stringify(join(output, 'authorizer'))}); console.log(process.moduleLoadList.join(' '))`;
  const loaded = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).split(
    / (?=NativeModule|Internal)/,
  );
  expect(loaded).not.toContain('NativeModule https');
});

describe('credentials in a bundle', () => {
  const script = (output: string) =>
    `require(${JSON.stringify(output)}).handler().then((c) => console.log(c.accessKeyId), (e) => console.log(e.name))`;
  const credentials = async (env: Readonly<Record<string, string>>, within = (code: string) => code) => {
    handler(
      'me',
      "import { SSMClient } from '@aws-sdk/client-ssm';\n" +
        "export const handler = () => new SSMClient({ region: 'eu-central-1' }).config.credentials();\n",
    );
    await build({ names: ['me'], handlers, output });
    expect(built('me')).not.toContain('AssumeRoleWithWebIdentity');
    const options = { encoding: 'utf8', env: { AWS_EC2_METADATA_DISABLED: 'true', ...env } } as const;
    return execFileSync(process.execPath, ['-e', within(script(join(output, 'me')))], options).trim();
  };

  test("come from Lambda's environment", async () => {
    expect(await credentials({ AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' })).toBe('AKID');
  });

  test('come from the container endpoint, whose client loads on demand', async () => {
    const given = JSON.stringify({
      AccessKeyId: 'ASIA',
      SecretAccessKey: 'secret',
      Token: 'session',
      Expiration: '2100-01-01T00:00:00Z',
    });
    const endpoint =
      `const server = require('node:http').createServer((_, response) => response.end(${JSON.stringify(given)}));` +
      `server.listen(0, '127.0.0.1', () => { process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = 'http://127.0.0.1:' + server.address().port;`;
    expect(await credentials({}, (script) => `${endpoint} ${script}.finally(() => server.close()) });`)).toBe('ASIA');
  });

  test('without one, the sources that were left out are passed over, not tripped over', async () => {
    expect(await credentials({})).toBe('CredentialsProviderError');
  });
});

test('the budgets are those of the service, and the real functions keep them', async () => {
  const authorizer = 20_000;
  const authorizers = { authorizer, restAuthorizer: authorizer, websocketAuthorizer: authorizer };
  expect(budgets).toEqual({ ...authorizers, refresh: 300_000 });
  const sizes = await build({ output });
  console.info(sizeTable(sizes));
  for (const { name, bytes, limit } of sizes) if (limit !== undefined) expect(bytes, name).toBeLessThanOrEqual(limit);
  // The client of the event bus is 21 KB that most refreshes do not need.
  expect(built('refresh')).not.toContain('PutEvents');
  expect(built('revoke')).toContain('PutEvents');
});

test('an old Node gets one clear line and a non-zero exit', () => {
  const pretend = "Object.defineProperty(process.versions, 'node', { value: '24.6.9' });";
  const guard = `data:text/javascript,${encodeURIComponent(pretend)}`;
  const args = ['--import', guard, '--import', './scripts/require-node.mjs', '-e', 'console.log("ran")'];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(run).toMatchObject({ status: 1, stdout: '' });
  expect(run.stderr).toMatch(/^Pawl needs Node 24\.7 or newer; this is .*\n$/);
});
