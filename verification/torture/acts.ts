import type { Session, SessionError } from '../../client/src/index.ts';
import { Refusal } from '../../lambda/core/errors.ts';
import type { Device } from './client.ts';
import type { Core } from './code.ts';
import type { Op } from './plan.ts';
import type { Tools } from './service.ts';
import type { Copy, World } from './world.ts';

/** Executes one line of a plan. Ignores failures, because the judge records them. */
export async function act(world: World, op: Op): Promise<void> {
  const device = world.device(op);
  const { subject } = world.user(op).account;
  switch (op.kind) {
    case 'use':
      return use(world, op, device);
    case 'login':
      return inTab(world, op, device, (session) => login(world, op, device, session));
    case 'logout':
      return inTab(world, op, device, (session) => session.logout());
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
      return inTab(world, op, device, (session) =>
        session.logoutEverywhere(op.pick % 4 > 0 ? { keepCurrent: true, ...passwordOf(world, op) } : {}),
      );
    case 'end-one': {
      const other = world.user(op).devices[op.pick % 3]?.sessionId ?? 'none';
      return inTab(world, op, device, (session) => session.endSession(other, passwordOf(world, op)));
    }
    case 'password':
      return changePasswords(world, op);
    case 'rotate-keys':
      return void world.stats.count('operation', `keys: ${await world.keys.rotate(op.pick)}`);
    case 'ttl':
      return world.sim.external(() => world.stores.deleteExpired(world.sim.nowMs()));
    case 'everyone-out':
      world.everyoneOut();
  }
}

/** API calls, from one tab or both, sometimes several at once. */
async function use(world: World, op: Op, device: Device): Promise<void> {
  device.use(op);
  const tabs = device.tabs.filter((_, index) => op.pick % 3 === 2 || index === op.pick % device.tabs.length);
  const [first] = tabs;
  if (first === undefined) throw new Error('a device has a tab');
  const signedOut = device.token === undefined || first.session.state === 'signed-out';
  if (signedOut && op.pick % 8 > 0) return login(world, op, device, first.session);
  const calls = Array.from({ length: 1 + (op.pick % 2) }, () => tabs).flat();
  const outcomes = await Promise.all(
    calls.map(({ session }) => outcomeOf(session.fetch('https://api.example.com/me'))),
  );
  for (const outcome of outcomes) {
    world.note(() => `${device.name}: ${outcome}`);
    world.stats.count('client', outcome);
  }
  const shadow = world.shadows.get(device);
  if (shadow === undefined) return;
  await world.sim.sleep(op.pick * 20);
  await useCopy(world, op, shadow);
}

async function outcomeOf(call: Promise<Response>): Promise<string> {
  try {
    const { status } = await call;
    return { 200: 'served', 401: 'signed out', 403: 'denied' }[status] ?? 'not served';
  } catch (error) {
    return String((error as SessionError).code ?? 'no network');
  }
}

/** Tries each possible current password twice. */
async function login(world: World, op: Op, device: Device, session: Session): Promise<void> {
  const user = world.user(op);
  for (const password of [...user.passwords]) {
    for (let tries = 0; tries < 2; tries += 1) {
      const trying = session.login({ username: user.account.username, password });
      const { outcome } = await trying.catch(() => ({ outcome: 'keychain locked' }));
      world.note(() => `${device.name}: login: ${outcome}`);
      world.stats.count('login', outcome);
      if (outcome === 'wrong-credentials') break;
      if (outcome !== 'signed-in') continue;
      user.passwords = [password, ...user.passwords.filter((other) => other !== password)];
      return;
    }
  }
}

/** A user action in one tab. A refused or unanswered action is not repeated. */
async function inTab(world: World, op: Op, device: Device, act: (session: Session) => Promise<unknown>): Promise<void> {
  device.use(op);
  const tab = device.tabs[op.pick % device.tabs.length];
  if (tab === undefined) throw new Error('a device has a tab');
  const outcome = await act(tab.session).then(
    () => 'done',
    (error: SessionError) => error.code ?? String(error),
  );
  world.note(() => `${device.name}: ${op.kind}: ${outcome}`);
  world.stats.count('client', `${op.kind}: ${outcome}`);
}

/** One third of the thieves waits, one third uses the copy immediately, and one third follows the victim. */
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
    copy.token = (await world.refresh(op, op.seed, 'thief', true, copy.channel, copy.token)).refreshToken;
  } catch (error) {
    if (error instanceof Refusal && world.stolen.includes(copy)) world.stolen.splice(world.stolen.indexOf(copy), 1);
  }
}

async function present(world: World, op: Op, token: string | undefined, channel: 'cookie' | 'body'): Promise<void> {
  if (token === undefined) return;
  await settled(world.refresh(op, op.seed, 'thief with an old copy', true, channel, token));
}

/** Invariant 7: an altered token costs no table call, regardless of the alteration. */
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

/** The owner gives the password, most of the time. */
function passwordOf(world: World, op: Op): { readonly currentPassword?: string } {
  const [currentPassword] = world.user(op).passwords;
  return op.pick % 3 > 0 && currentPassword !== undefined ? { currentPassword } : {};
}

/** Occasionally two concurrent changes on two devices that verify the same old password. */
async function changePasswords(world: World, op: Op): Promise<void> {
  const user = world.user(op);
  const currentPassword = user.passwords[0] ?? '';
  const changes = Array.from({ length: 1 + (op.pick % 2) }, async (_, index) => {
    const device = user.devices[(op.device + index) % user.devices.length];
    if (device === undefined) return;
    const newPassword = `canary number ${op.id}-${index}`;
    user.passwords.unshift(newPassword);
    await inTab(world, { ...op, seed: op.seed + index }, device, async (session) => {
      const { outcome } = await session.changePassword({ currentPassword, newPassword });
      if (outcome !== 'changed') return;
      user.passwords = [newPassword, ...user.passwords.filter((password) => password !== newPassword)];
    });
  });
  await Promise.all(changes);
  user.passwords = user.passwords.slice(0, 4);
}

function run(
  world: World,
  op: Op,
  kind: string,
  useCase: (core: Core, tools: Tools) => Promise<unknown>,
): Promise<void> {
  return settled(world.asUser(op, kind, useCase));
}

async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}
