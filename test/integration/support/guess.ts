import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { guessLimits, windowOf } from '../../../lambda/core/throttle.ts';
import { httpEvent } from '../../../local/gateway/events.ts';
import type { ProxiedService } from './service.ts';

/** What one try of a password came to. */
export interface Guess {
  readonly status: number;
  /** Seconds; 0 where there is none. */
  readonly retryAfter: number;
}

/** A login from any address: as the gateway hands it to the function, for this machine has but one. */
export async function guessFrom(
  service: ProxiedService,
  sourceIp: string,
  body: Readonly<Record<string, string>>,
  headers: readonly string[] = [],
): Promise<Guess> {
  const request = {
    method: 'POST',
    target: '/auth/login',
    protocol: 'HTTP/1.1',
    rawHeaders: ['Host', '127.0.0.1', 'Content-Type', 'application/json', ...headers],
    body: Buffer.from(JSON.stringify(body)),
    sourceIp,
  };
  const passage = { apiId: 'local', routeKey: 'POST /auth/login', pathParameters: {}, requestId: 'guess', now: 0 };
  const outcome = await service.local.invoke('TokenServiceLogin', httpEvent(request, passage));
  if (!outcome.ok) throw new Error(outcome.error.errorMessage);
  const { statusCode, headers: answered } = outcome.payload as { statusCode: number; headers: Record<string, string> };
  return { status: statusCode, retryAfter: Number(answered['retry-after'] ?? 0) };
}

/** An address that no other number gives. */
export const addressOf = (number: number): string =>
  `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;

/** How often the account was read to verify a password: each login that gets that far reads it once, before it hashes. */
export function verified(service: ProxiedService): number {
  const isAccount = ({ operation, input }: (typeof service.dynamo.calls)[number]) =>
    operation === 'GetItem' && (input.Key as { sk?: { S?: string } }).sk?.S === 'ACCOUNT';
  return service.dynamo.calls.filter(isAccount).length;
}

/** The most tries that the pauses allow one network or device, however fast it asks, in the time since `startedAt`. */
export function mostSince(startedAt: number): number {
  const { firstPauseMs, toleranceMs } = guessLimits.username;
  const elapsedMs = performance.now() - startedAt;
  let tries = 1;
  for (let earliest = 0; ; tries += 1) {
    earliest += Math.max(0, firstPauseMs * 2 ** (tries - 1) - toleranceMs);
    if (earliest > elapsedMs) return tries;
  }
}

/** The service's time, epoch seconds. */
export function nowOf(service: ProxiedService): number {
  const line = service.local.logs.at(-1);
  expect(line).toBeDefined();
  return (line?.time ?? 0) / 1000;
}

/** Under which key tries for a username are counted. */
export const usernameKey = (username: string): string =>
  `user:${createHash('sha256').update(username.toLowerCase()).digest('base64url')}`;

/** Moves the time to where the next window of a counter begins, so that no test runs over the end of one. */
export async function toNextWindow(service: ProxiedService, key: string, windowMs: number): Promise<void> {
  // Any request: its log line tells the time.
  await guessFrom(service, '192.0.2.255', { username: 'nobody at all', password: 'x' });
  const nowMs = nowOf(service) * 1000;
  service.local.advance((windowOf(key, nowMs, windowMs).endsAt - nowMs) / 1000);
}

const rows: string[] = [];

/** Adds a line to the table that {@link printTable} prints. */
export function report(what: string, tries: number, overSeconds: number, hashed: number, refused: number): void {
  const minutes = (overSeconds / 60).toFixed(1);
  rows.push(`| ${what} | ${tries} | ${minutes} | ${hashed} | ${refused} |`);
}

/** The successful attempts, for the reader of the run. */
export function printTable(title: string): void {
  const head = ['| who | tries | minutes | passwords tried | refused (429) |', '|---|---|---|---|---|'];
  process.stdout.write(`\n${title}\n${[...head, ...rows].join('\n')}\n`);
}
