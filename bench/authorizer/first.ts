import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { callDynamoDb } from '../../local/dynamodb-call.ts';
import { httpEvent } from '../../test/support/http-event.ts';
import { goal, progress, type Report } from '../lib/report.ts';
import { median, ms, times, turned } from '../lib/statistics.ts';
import { newSession } from '../systems/pawl.ts';
import { putItems } from '../systems/put-items.ts';
import type { Stage } from '../systems/stage.ts';
import { authorizerBundles, type Bundle, functionBundle } from './bundles.ts';
import { accessToken, guardedCall } from './tokens.ts';

const rounds = 15;

interface Candidate extends Partial<Bundle> {
  readonly name: string;
  /** A new event for each run, and what the answer must hold. */
  readonly event: () => Promise<unknown>;
  readonly expected: string;
  readonly does: string;
  readonly wallMs: number[];
  readonly cpuMs: number[];
}

/** The first request of each function in a fresh process, against a process that does nothing. */
export async function firstRequests(stage: Stage): Promise<Report[]> {
  stage.pass(0);
  const all = await candidates(stage);
  for (let round = 0; round < rounds; round += 1) {
    for (const candidate of turned(all, round)) {
      const { wallMs, cpuMs, answer } = await runFresh(candidate.file, await candidate.event(), stage.environment);
      if (!answer.includes(candidate.expected)) throw new Error(`${candidate.name}: ${answer}`);
      candidate.wallMs.push(wallMs);
      candidate.cpuMs.push(cpuMs);
    }
    progress(`first request: round ${round + 1} of ${rounds}`);
  }
  const empty = all.find(({ file }) => file === undefined);
  const ratio = (one: Candidate | undefined, pick: (candidate: Candidate) => readonly number[]) =>
    median((one ? pick(one) : []).map((value, round) => value / ((empty && pick(empty)[round]) ?? Number.NaN)));
  const wall = (name: string) =>
    ratio(
      all.find((one) => one.name === name),
      ({ wallMs }) => wallMs,
    );
  return [
    {
      title: 'First request in a fresh process',
      head: ['function', 'first request', 'wall', 'of empty', 'CPU', 'of empty', 'bundle'],
      rows: all.map((one) => [
        ...[one.name, one.does, ms(median(one.wallMs)), times(ratio(one, ({ wallMs }) => wallMs))],
        ...[ms(median(one.cpuMs)), times(ratio(one, ({ cpuMs }) => cpuMs))],
        one.bytes === undefined ? '-' : `${(one.bytes / 1000).toFixed(1)} KB`,
      ]),
      notes: [
        `Medians of ${rounds} interleaved runs, from the start of the process to its end; ratios are medians of each round’s. "empty" is a Node process that ends at once. AWS is played by this machine, without added latency and without TLS.`,
        goal(`authorizer at most 1.5x of an empty process (${times(wall('authorizer'))})`, wall('authorizer') <= 1.5),
        goal(`refresh at most 4.8x of an empty process (${times(wall('refresh'))})`, wall('refresh') <= 4.8),
      ],
    },
  ];
}

async function candidates(stage: Stage): Promise<readonly Candidate[]> {
  const form = (fields: Readonly<Record<string, string>>, path: string) =>
    httpEvent({
      path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: 'app', ...fields }).toString(),
      base64: true,
    });
  const fresh = async () => {
    const { refreshToken, items } = newSession();
    await putItems(stage.endpoint, 'pawl', items);
    return refreshToken;
  };
  const bearer = () => ({ authorization: `Bearer ${accessToken(stage, 1)}` });
  const own = (entry: string, does: string, event: Candidate['event'], expected: string): Candidate => ({
    ...functionBundle(stage, entry),
    ...{ does, event, expected, wallMs: [], cpuMs: [] },
  });
  const login = { username: 'nobody@example.com', password: 'wrong horse', client_id: 'app' };
  const sessions = { method: 'GET', path: '/auth/sessions', routeKey: 'GET /auth/sessions' };
  const jwks = { method: 'GET', path: '/.well-known/jwks.json' };
  const rotating = async () => form({ grant_type: 'refresh_token', refresh_token: await fresh() }, '/auth/refresh');
  const guarded = async () => guardedCall(accessToken(stage, 1));
  // Past tries must not make the next one wait.
  const unknownUser = async () => {
    await forgetTries(stage);
    return httpEvent({ path: '/auth/login', body: JSON.stringify(login) });
  };
  return [
    { name: 'empty', does: '-', event: async () => ({}), expected: 'nothing', wallMs: [], cpuMs: [] },
    own('authorizer', 'a good token', guarded, '"isAuthorized":true'),
    own('refresh', 'a rotation', rotating, '"statusCode":200'),
    own('login', 'an unknown user, argon2id included', unknownUser, 'invalid_grant'),
    own('revoke', 'a live session', async () => form({ token: await fresh() }, '/auth/revoke'), '"statusCode":200'),
    own('sessions', 'a dead session', async () => httpEvent({ ...sessions, headers: bearer() }), 'invalid_token'),
    own('metadata', 'the JWKS', async () => httpEvent(jwks), '"statusCode":200'),
    ...(await authorizerBundles(stage)).slice(3).map((bundle) => ({
      ...bundle,
      ...{ name: `authorizer: ${bundle.name}`, does: 'a good token', event: guarded },
      ...{ expected: '"isAuthorized":true', wallMs: [], cpuMs: [] },
    })),
  ];
}

async function forgetTries({ endpoint }: Stage): Promise<void> {
  const { Items = [] } = (await callDynamoDb(endpoint, 'Scan', {
    TableName: 'pawl',
    FilterExpression: 'begins_with(pk, :throttle)',
    ExpressionAttributeValues: { ':throttle': { S: 'THROTTLE#' } },
    ProjectionExpression: 'pk, sk',
  })) as { Items?: readonly object[] };
  for (const Key of Items) await callDynamoDb(endpoint, 'DeleteItem', { TableName: 'pawl', Key });
}

/** From the start of the process to its end, as its parent sees it; CPU as the process itself counts it. */
async function runFresh(file: string | undefined, event: unknown, environment: Readonly<Record<string, string>>) {
  const startedAt = performance.now();
  const args = file === undefined ? [] : [file];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'first.cjs'), ...args], {
    env: { PATH: '/usr/bin:/bin', ...environment, BENCH_EVENT: JSON.stringify(event) },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const report: string[] = [];
  child.stdio[3]?.on('data', (chunk: Buffer) => report.push(chunk.toString()));
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const wallMs = performance.now() - startedAt;
  const { cpuMs, answer } = JSON.parse(report.join('')) as { cpuMs: number; answer: unknown };
  return { wallMs, cpuMs, answer: JSON.stringify(answer).replaceAll('\\"', '"') };
}
