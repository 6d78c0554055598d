import { beforeEach, describe, expect, test } from 'vitest';
import { applySignal, type SignalLog } from '../../../lambda/core/apply-signal.ts';
import { type SecurityEvent, securityEvents } from '../../../lambda/core/events.ts';
import { login } from '../../../lambda/core/login.ts';
import { around, failingAt, recording } from '../../support/around.ts';
import { rejectionOf } from '../../support/expect.ts';
import { alice, aliceLogin, openWorld, refreshAs, type World } from '../../support/world.ts';

class MemorySignals implements SignalLog {
  readonly ids = new Set<string>();
  broken = false;

  async has(id: string): Promise<boolean> {
    return this.ids.has(id);
  }

  async add(id: string): Promise<void> {
    if (this.broken) throw new Error('crashed before it was written down');
    this.ids.add(id);
  }
}

let world: World;
let signals: MemorySignals;
beforeEach(() => {
  world = openWorld();
  signals = new MemorySignals();
});

const signal = (changes = {}) => ({
  id: 'e1',
  type: 'TheftSuspected' as SecurityEvent,
  subject: alice.subject,
  ...changes,
});
const apply = (changes = {}) => applySignal(signal(changes), { ...world.tools, signals });
const epoch = () => world.table.accounts.get(alice.subject)?.epoch;
const open = async () => (await login(aliceLogin, world.tools)).refreshToken;

test.each(securityEvents)('%s ends every session and tells why', async (type) => {
  const refreshToken = await open();
  expect(await apply({ type })).toBe('revoked');
  expect(await rejectionOf(refreshAs(world, refreshToken))).toMatchObject({ code: 'invalid_grant' });
  expect(world.events.all.at(-1)).toEqual({ type: 'SubjectRevoked', subject: alice.subject, cause: type });
  const status = type === 'AccountDisabled' ? 'disabled' : 'active';
  expect(world.table.accounts.get(alice.subject)).toMatchObject({ epoch: alice.epoch + 1, status });
});

test('again under the same id: nothing more', async () => {
  await apply();
  const refreshToken = await open();
  const told = world.events.all.length;
  expect(await apply()).toBe('repeated');
  expect(epoch()).toBe(alice.epoch + 1);
  expect(world.events.all.length).toBe(told);
  expect(await refreshAs(world, refreshToken)).toMatchObject({ row: 'rotated' });
});

test('a signal for an unknown subject is recorded, and creates no account', async () => {
  expect(await apply({ subject: 'nobody' })).toBe('unknown_subject');
  expect(await apply({ subject: 'nobody' })).toBe('repeated');
  expect([...world.table.accounts.keys()]).toEqual([alice.subject]);
  expect(world.events.all).toEqual([]);
});

describe('a crash', () => {
  test('after the revocation: redelivered, it leaves alone who logged in since', async () => {
    signals.broken = true;
    await rejectionOf(apply());
    expect(epoch()).toBe(alice.epoch + 1);
    const refreshToken = await open();
    signals.broken = false;
    expect(await apply()).toBe('revoked');
    expect(epoch()).toBe(alice.epoch + 1);
    expect(await refreshAs(world, refreshToken)).toMatchObject({ row: 'rotated' });
  });

  test('before the revocation: nothing is remembered, and redelivered it revokes', async () => {
    const calls: string[] = [];
    await applySignal(signal({ id: 'e0' }), { ...around(world.tools, recording(calls)), signals });
    expect(calls[0]).toBe('accounts.revokeSessions');
    await rejectionOf(applySignal(signal(), { ...around(world.tools, failingAt(0, 'crash_before')), signals }));
    expect([...signals.ids]).toEqual(['e0']);
    expect(await apply()).toBe('revoked');
    expect(epoch()).toBe(alice.epoch + 2);
  });

  test.each(['lose', 'crash_after'] as const)('with the answer lost (%s): one revocation in all', async (fate) => {
    await rejectionOf(applySignal(signal(), { ...around(world.tools, failingAt(0, fate)), signals }));
    await apply();
    expect(epoch()).toBe(alice.epoch + 1);
  });
});
