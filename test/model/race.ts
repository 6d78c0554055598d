import fc from 'fast-check';
import { expect } from 'vitest';
import type { AccessTokenClaims } from '../../lambda/core/access-token.ts';
import { type CredentialTools, changePassword } from '../../lambda/core/credentials.ts';
import { login } from '../../lambda/core/login.ts';
import { type Around, around } from '../support/around.ts';
import { check } from '../support/check.ts';
import { rejectionOf } from '../support/expect.ts';
import { Scheduler } from '../support/scheduler.ts';
import { aliceLogin, openWorld, refreshAs, type World } from '../support/world.ts';

/** Interleavings of one race: how many ran, and how many of them were different. */
export interface Coverage {
  readonly race: string;
  runs: number;
  readonly traces: Set<string>;
  /** How often it came out how. */
  readonly outcomes: Map<string, number>;
}

/** A row for the table that a suite prints of what it covered. */
export function coverageRow({ race, runs, traces, outcomes }: Coverage): string {
  const ends = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  return `${race.padEnd(46)}${String(runs).padStart(7)}${String(traces.size).padStart(10)}   ${ends}`;
}

export const coverageHead = `${'race'.padEnd(46)}${'runs'.padStart(7)}${'different'.padStart(10)}   came out`;

/** Long lists on purpose: fast-check would rather keep them short, and short ones all run alike. */
const orders = fc.array(fc.nat({ max: 30 }), { minLength: 60, maxLength: 120, size: 'max' });

/** Runs tasks in seeded orders of all their calls. `judge` looks at the end, and says how it came out. */
export async function race(
  name: string,
  runs: number,
  start: () => Promise<RaceWorld>,
  tasks: (world: RaceWorld, tools: RaceTools) => readonly (() => Promise<unknown>)[],
  judge: (world: RaceWorld, results: readonly PromiseSettledResult<unknown>[]) => Promise<string>,
): Promise<Coverage> {
  const coverage: Coverage = { race: name, runs: 0, traces: new Set(), outcomes: new Map() };
  await check(runs, [orders], async (order) => {
    const world = await start();
    const scheduler = new Scheduler(order);
    const trace: string[] = [];
    const noted = (task: number): Around => {
      return async (call, apply) => {
        await scheduler.turn();
        trace.push(`${task}${call}`);
        const answer = await Promise.allSettled([apply()]);
        await scheduler.turn();
        trace.push(`${task}`);
        if (answer[0].status === 'rejected') throw answer[0].reason;
        return answer[0].value;
      };
    };
    let task = 0;
    const each = () => {
      task += 1;
      return around(world.tools, noted(task));
    };
    const results = await scheduler.run(tasks(world, each));
    const outcome = await judge(world, results);
    coverage.runs += 1;
    coverage.traces.add(trace.join());
    coverage.outcomes.set(outcome, (coverage.outcomes.get(outcome) ?? 0) + 1);
  });
  return coverage;
}

/** Tools of which every call waits for its turn; one set for each task. */
export type RaceTools = () => World['tools'] & CredentialTools;

export interface Device {
  readonly claims: AccessTokenClaims;
  readonly refreshToken: string;
}

export type RaceWorld = Omit<World, 'tools'> & {
  readonly tools: World['tools'] & CredentialTools;
  readonly devices: readonly Device[];
};

/** A world in which alice is logged in on `count` devices. */
export async function withDevices(count: number): Promise<RaceWorld> {
  const world = openWorld();
  const verify = async (): Promise<AccessTokenClaims> => Promise.reject(new Error('claims are handed in verified'));
  const tools = { ...world.tools, verifier: { verify }, isCommonPassword: () => false };
  const devices: Device[] = [];
  for (let index = 0; index < count; index += 1) devices.push(await openDevice(tools));
  return { ...world, tools, devices };
}

async function openDevice(tools: World['tools']): Promise<Device> {
  const { accessToken, refreshToken } = await login(aliceLogin, tools);
  const claims = JSON.parse(accessToken.slice('signed.'.length)) as AccessTokenClaims;
  return { claims, refreshToken };
}

/** A device's place in the world, which is there by construction. */
export function device(world: RaceWorld, index: number): Device {
  const found = world.devices[index];
  if (found === undefined) throw new Error(`there is no device ${index}`);
  return found;
}

/** Whether a refresh token still works. */
export async function lives(world: RaceWorld, refreshToken: string): Promise<boolean> {
  return refreshAs(world, refreshToken).then(
    () => true,
    (error: { code?: string }) => {
      expect(error.code).toBe('invalid_grant');
      return false;
    },
  );
}

/** Whether a password opens a session now. */
export async function opens(world: RaceWorld, password: string): Promise<boolean> {
  return login({ ...aliceLogin, password }, world.tools).then(
    () => true,
    () => false,
  );
}

/** A password change by a device. */
export const changes = (by: Device, newPassword: string, tools: CredentialTools) => () =>
  changePassword(
    { claims: by.claims, currentPassword: aliceLogin.password, newPassword, sourceIp: aliceLogin.sourceIp },
    tools,
  );

export { rejectionOf };
