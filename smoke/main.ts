import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { runPawl } from '../cli/program.ts';
import { emulatorDifferences } from '../rehearsal/differences.ts';
import type { Credentials, Target } from './check.ts';
import { isLoopback } from './http.ts';
import { resultLine, runSmoke } from './run.ts';

/** `npm run smoke -- --url <https://...>`: checks that a deployment responds correctly. */

const usage = `npm run smoke -- --url <https://...> [options]

  --issuer <url>         iss of the access tokens (default: the url)
  --audience <text>      aud of the access tokens (default: the issuer)
  --origin <origin>      one of allowedOrigins: checks cookie mode too
  --strict-rotation      the stack has graceSeconds=0
  --credentials-stdin    reads the username and the password from standard input, one per line
  --function <name>      output KeysFunctionName: first checks the published keys, and repairs them
  --emulator             the url is a local AWS emulator, whose known differences are excused

Without credentials, it writes nothing, and checks the published documents, headers, unknown routes, bad input and
forged tokens. With the credentials of a user, from PAWL_SMOKE_USERNAME and PAWL_SMOKE_PASSWORD or from standard input,
it also logs in, refreshes and revokes. It ends every session that it opened and no other. Use a test user.`;

class UsageError extends Error {}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const target = await targetOf(args, process.env);
  const { function: keysFunction } = parse(args);
  if (keysFunction !== undefined) await repairKeys(keysFunction);
  process.stdout.write(`${target.url}${target.credentials === undefined ? ', without a user' : ''}\n`);
  const results = await runSmoke(target, (result) => process.stdout.write(`${resultLine(result)}\n`));
  const failed = results.filter(({ fault }) => fault !== undefined).length;
  process.stdout.write(`${results.length - failed} of ${results.length} checks passed\n`);
  if (failed > 0) process.exitCode = 1;
}

/** Publishes the keys again where needed. If this fails, the checks still run. */
async function repairKeys(name: string): Promise<void> {
  const { env, stdin, stdout, stderr } = process;
  const code = await runPawl(['keys', 'check', '--function', name], { env, stdin, stdout, stderr });
  if (code !== 0) process.exitCode = 1;
}

async function targetOf(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Target> {
  const values = parse(args);
  if (values.url === undefined) throw new UsageError('--url is missing: pass the output ApiUrl');
  const credentials = values['credentials-stdin'] ? lines(await text(process.stdin)) : fromEnv(env);
  return {
    url: origin('--url', values.url),
    strictRotation: values['strict-rotation'],
    ...(values.issuer !== undefined && { issuer: address('--issuer', values.issuer) }),
    ...(values.audience !== undefined && { audience: values.audience }),
    ...(values.origin !== undefined && { origin: origin('--origin', values.origin) }),
    ...(credentials !== undefined && { credentials }),
    ...(values.emulator && { differences: new Set(emulatorDifferences.map(({ id }) => id)) }),
  };
}

function parse(args: readonly string[]) {
  const options = {
    url: { type: 'string' },
    issuer: { type: 'string' },
    audience: { type: 'string' },
    origin: { type: 'string' },
    function: { type: 'string' },
    'strict-rotation': { type: 'boolean', default: false },
    'credentials-stdin': { type: 'boolean', default: false },
    emulator: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** An origin. http is only for this machine, because it sends the password in clear text. */
function origin(option: string, value: string): string {
  const url = address(option, value);
  if (new URL(url).pathname !== '/') throw new UsageError(`${option} must have no path`);
  return url;
}

/** An https URL with an optional path and without a trailing slash. */
function address(option: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === undefined || !safe) throw new UsageError(`${option} must be an https address`);
  if (url.search !== '' || url.hash !== '') throw new UsageError(`${option} must be a URL without query and fragment`);
  return `${url.origin}${url.pathname}`.replace(/\/$/, '');
}

function fromEnv({ PAWL_SMOKE_USERNAME: username, PAWL_SMOKE_PASSWORD: password }: NodeJS.ProcessEnv) {
  if (username === undefined && password === undefined) return undefined;
  if (!username || !password) throw new UsageError('PAWL_SMOKE_USERNAME and PAWL_SMOKE_PASSWORD must be set together');
  return { username, password };
}

function lines(input: string): Credentials {
  const [username, password, ...more] = input.replace(/\r?\n$/, '').split(/\r?\n/);
  if (!username || !password || more.length > 0) throw new UsageError('standard input must be two lines');
  return { username, password };
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}\n`);
  process.exitCode = 2;
}
