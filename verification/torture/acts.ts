import { type EndRequest, isRecentLogin } from '../../lambda/core/current-password.ts';
import { Refusal } from '../../lambda/core/errors.ts';
import type { Device } from './client.ts';
import type { Core } from './code.ts';
import type { Op } from './plan.ts';
import type { Call, Tools } from './service.ts';
import { type Copy, faultsOf, type World } from './world.ts';

/** Carries out one line of a plan. What fails has failed: the judge has seen it. */
export async function act(world: World, op: Op): Promise<void> {
  const device = world.device(op);
  const { subject } = world.user(op).account;
  switch (op.kind) {
    case 'use':
      if (device.token === undefined) return world.login(op, device);
      return refreshOn(world, op, device);
    case 'login':
      return world.login(op, device);
    case 'logout':
      return logout(world, op, device);
    case 'steal':
      return steal(world, op, device);
    case 'thief':
      return useCopy(world, op, world.stolen[op.pick % Math.max(1, world.stolen.length)]);
    case 'stale':
      return present(world, op, device.had.at(-1 - (op.pick % 6)) ?? device.had[0], device.channel);
    case 'forge':
      return forge(world, op, device);
    case 'revoke-all':
      return run(world, op, 'revoke all', (core, tools) => core.revokeSubject(subject, 'AdminForcedLogout', tools));
    case 'disable':
      return run(world, op, 'disable', (core, tools) => core.revokeSubject(subject, 'AccountDisabled', tools));
    case 'enable':
      return run(world, op, 'enable', (_core, tools) => tools.accounts.enable(subject));
    case 'keep-one':
      return asCaller(world, op, device, 'keep one', (claims, core, tools) =>
        op.pick % 4 > 0 ? core.revokeOthers(ownerOf(world, op, claims), tools) : core.revokeAllOf(claims, tools),
      );
    case 'end-one': {
      const other = world.user(op).devices[op.pick % 3]?.claims?.sid ?? 'none';
      return asCaller(world, op, device, 'end one', (claims, core, tools) =>
        core.endSession(ownerOf(world, op, claims), other, tools),
      );
    }
    case 'password':
      return changePasswords(world, op, device);
    case 'rotate-keys':
      return void world.stats.count('operation', `keys: ${await world.keys.rotate(op.pick)}`);
    case 'ttl':
      return world.sim.external(() => world.stores.deleteExpired(world.sim.nowMs()));
    case 'everyone-out':
      world.everyoneOut();
  }
}

async function refreshOn(world: World, op: Op, device: Device): Promise<void> {
  const tabs = device.channel === 'cookie' ? 1 + (op.pick % 3) : 1;
  const wire = world.wire(op, device.name, false, device.channel);
  const outcomes = await Promise.all(Array.from({ length: tabs }, () => device.refresh(wire)));
  for (const outcome of outcomes) {
    world.note(() => `${device.name}: ${outcome}`);
    world.stats.count('client', outcome.replace(/ \(.*/, ''));
  }
  const shadow = world.shadows.get(device);
  if (shadow === undefined) return;
  await world.sim.sleep(op.pick * 20);
  await useCopy(world, op, shadow);
}

async function logout(world: World, op: Op, device: Device): Promise<void> {
  const { token } = device;
  if (token === undefined) return;
  device.forget();
  await run(world, op, 'logout', (core, tools) => core.revoke(token, 'app', tools));
}

/** A third of the thieves waits, a third tries it at once, a third follows the victim from now on. */
async function steal(world: World, op: Op, { token, channel }: Device): Promise<void> {
  if (token === undefined) return;
  const copy: Copy = { token, channel };
  world.stolen.push(copy);
  if (op.pick % 3 === 0) world.shadows.set(world.device(op), copy);
  if (op.pick % 3 === 1) await useCopy(world, op, copy);
}

async function useCopy(world: World, op: Op, copy: Copy | undefined): Promise<void> {
  if (copy === undefined || !world.stolen.includes(copy)) return;
  try {
    copy.token = (await world.wire(op, 'thief', true, copy.channel).refresh(copy.token)).refreshToken;
  } catch (error) {
    if (error instanceof Refusal && world.stolen.includes(copy)) world.stolen.splice(world.stolen.indexOf(copy), 1);
  }
}

async function present(world: World, op: Op, token: string | undefined, channel: 'cookie' | 'body'): Promise<void> {
  if (token === undefined) return;
  await settled(world.wire(op, 'thief with an old copy', true, channel).refresh(token));
}

/** Invariant 7: whatever is changed in a token, the table hears nothing of it. */
async function forge(world: World, op: Op, device: Device): Promise<void> {
  const genuine = device.token ?? device.had.at(-1) ?? `pwl1.${'A'.repeat(120)}.${'A'.repeat(22)}`;
  const place = 5 + (op.pick % (genuine.length - 5));
  const forged = `${genuine.slice(0, place)}${genuine[place] === 'A' ? 'B' : 'A'}${genuine.slice(place + 1)}`;
  const request = { refreshToken: forged, clientId: 'app', channel: device.channel, scopes: undefined };
  await settled(
    world.service.run({ kind: 'forged refresh', seed: op.seed, harm: op.harm }, async (tools, call, { refresh }) => {
      try {
        await refresh(request, tools);
        world.judge.report(7, 'a forged token was accepted');
      } finally {
        if (call.tableCalls > 0) world.judge.report(7, `a forged token cost ${call.tableCalls} table calls`);
      }
    }),
  );
}

type Claims = NonNullable<Device['claims']>;

/** The owner gives the password, most of the time. */
function ownerOf(world: World, op: Op, claims: Claims): EndRequest {
  const currentPassword = world.user(op).passwords[0];
  const gives = op.pick % 3 > 0 && currentPassword !== undefined;
  return { claims, sourceIp: '192.0.2.1', ...(gives && { currentPassword }) };
}

async function asCaller(
  world: World,
  op: Op,
  device: Device,
  kind: string,
  useCase: (claims: Claims, core: Core, tools: Tools, call: Call) => Promise<unknown>,
): Promise<void> {
  const { claims } = device;
  if (claims === undefined) return;
  await run(world, op, kind, async (core, tools, used, call) => {
    await useCase(claims, core, tools, call);
    // Whoever knows the password and logged in just now may change it although the session was ended since.
    if (kind !== 'password' || !isRecentLogin(claims, call.nowMs)) used(claims.sid);
  });
}

/** Now and then two changes at once, that verify the same old password. */
async function changePasswords(world: World, op: Op, device: Device): Promise<void> {
  const user = world.user(op);
  const currentPassword = user.passwords[0] ?? '';
  const many = 1 + (op.pick % 2);
  const changes = Array.from({ length: many }, (_, index) => {
    const newPassword = `canary number ${op.id}-${index}`;
    user.passwords.unshift(newPassword);
    return asCaller(world, { ...op, seed: op.seed + index }, device, 'password', async (claims, core, tools, call) => {
      const request = { claims, currentPassword, newPassword, sourceIp: '192.0.2.1' };
      const tokens = await core.changePassword(request, tools);
      if (tokens !== undefined) {
        world.judge.loggedIn(call, tokens.refreshToken);
        device.store(tokens);
      }
      user.passwords = [newPassword, ...user.passwords.filter((password) => password !== newPassword)];
    });
  });
  await Promise.all(changes);
  user.passwords = user.passwords.slice(0, 4);
}

async function run(
  world: World,
  op: Op,
  kind: string,
  useCase: (core: Core, tools: Tools, used: (sessionId: string) => void, call: Call) => Promise<unknown>,
): Promise<void> {
  await settled(
    world.service.run({ kind, seed: op.seed, harm: op.harm }, async (tools, call, core) => {
      const told = (what: string) => world.note(() => `${kind}: ${what}${faultsOf(call)}`);
      try {
        await useCase(core, tools, (sessionId) => world.judge.usedClaims(call, sessionId), call);
        world.stats.count('done', kind);
        told('done');
      } catch (error) {
        told(String(error));
        throw error;
      }
    }),
  );
}

async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}
