import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLine } from '../../scripts/command-line.ts';
import { startProxied } from '../integration/support/service.ts';
import { type Seen, startControl } from './control.ts';
import { schemathesis } from './python.ts';

new CommandLine(
  'test:api',
  'npm run test:api\n\nRuns schemathesis with docs/openapi.yaml against the local service. Needs Python 3.',
).parse({});

/** `npm run test:api`: schemathesis (all checks, all phases) with docs/openapi.yaml against the local service. */

const root = join(import.meta.dirname, '../..');
const origin = 'https://app.example.com';
const timeoutMs = 10 * 60_000;

/**
 * All of it; and once more what a login leads to. Scenarios begin with an operation that needs nothing from another, so the
 * first run begins each with the list of sessions.
 */
const runs = [[], ['--phases', 'stateful', '--exclude-operation-id', 'listSessions']];

async function main(): Promise<number> {
  const command = schemathesis();
  process.stdout.write('Building and starting the service ...\n');
  const service = await startProxied({ context: { allowedOrigins: origin } });
  const control = await startControl(service, origin);
  try {
    const codes: number[] = [];
    for (const args of runs) codes.push(await run(command, service.local.url, control.url, args));
    const gaps = gapsIn(control.seen);
    for (const gap of gaps) process.stdout.write(`Not reached: ${gap}\n`);
    const faults = service.local.logs.filter(({ line }) => line.includes('"level":"error"')).map(({ line }) => line);
    for (const fault of faults) process.stdout.write(`The service logged an error: ${fault}\n`);
    return codes.every((code) => code === 0) && gaps.length === 0 && faults.length === 0 ? 0 : 1;
  } finally {
    await control.stop();
    await service.stop();
  }
}

function run(command: string, url: string, control: string, args: readonly string[]): Promise<number> {
  // It keeps a cache where it runs.
  const directory = join(root, '.pawl/schemathesis-run');
  mkdirSync(directory, { recursive: true });
  const config = join(import.meta.dirname, 'schemathesis.toml');
  const document = join(root, 'docs/openapi.yaml');
  const child = spawn(command, ['--config-file', config, 'run', document, '--url', url, ...args], {
    cwd: directory,
    stdio: 'inherit',
    env: {
      ...process.env,
      SCHEMATHESIS_HOOKS: join(import.meta.dirname, 'hooks.py'),
      PAWL_CONTROL: control,
      PAWL_ORIGIN: origin,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONHASHSEED: '0',
      // Nothing but the two servers on the loopback interface is ever asked.
      NO_PROXY: '*',
    },
    timeout: timeoutMs,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** What the run should have seen: what the checks said of answers that never came is worth nothing. */
function gapsIn(seen: Seen): string[] {
  for (const [operation, statuses] of Object.entries(seen).sort()) {
    const counts = Object.entries(statuses).map(([status, count]) => `${status} x ${count}`);
    process.stdout.write(`${operation.padEnd(45)} ${counts.join(', ')}\n`);
  }
  if (Object.keys(seen).length === 0) return ['any operation'];
  const gaps = Object.entries(seen).flatMap(([operation, statuses]) =>
    Object.keys(statuses).some((status) => status.startsWith('2')) ? [] : [`a success of ${operation}`],
  );
  return '429' in (seen['POST /auth/login'] ?? {}) ? gaps : [...gaps, '429 of POST /auth/login'];
}

process.exitCode = await main();
