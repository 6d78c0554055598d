import { describe, expect, test } from 'vitest';
import { type PrivateReason, Unavailable } from '../../../lambda/core/errors.ts';
import { login } from '../../../lambda/core/login.ts';
import { around, Crash } from '../../support/around.ts';
import { expectFault, expectRefusal, expectUnavailable, rejectionOf } from '../../support/expect.ts';
import {
  alice,
  aliceLogin,
  day,
  defaultPolicy,
  openWorld,
  plainSigner,
  refreshAs,
  second,
} from '../../support/world.ts';

const { graceMs, floorMs } = defaultPolicy;
const strict = { graceMs: 0, floorMs: 0 };

async function loggedIn(policy: object = {}) {
  const world = openWorld({ policy });
  const { refreshToken: token, session } = await login(aliceLogin, world.tools);
  const stored = () => world.table.session(alice.subject, session.sessionId);
  const claims = (value: unknown) =>
    world.table.changeAccount(alice.subject, (account) => ({ ...account, claims: { value } }));
  return { ...world, token, stored, claims };
}

/** Fails every call of this name, until it is repaired. */
function broken(world: Awaited<ReturnType<typeof loggedIn>>, call: string, error: Error) {
  return { tools: around(world.tools, (name, apply) => (name === call ? Promise.reject(error) : apply())) };
}

const unsignable: readonly (readonly [string, unknown])[] = [
  ['a set', new Set(['a'])],
  ['binary', new Uint8Array(2)],
  ['a 64-bit number', 12345678901234567890n],
  ['an integer that lost its last digits', 2 ** 53],
  ['NaN', Number.NaN],
  ['a set far inside', { list: [{ set: new Set() }] }],
  ['half a character', '\ud800'],
];

describe.each([
  ['with the grace window', {}],
  ['under strict rotation', strict],
])('claims that no token can carry, %s', (_, policy) => {
  test.each(unsignable)('%s: the retry is answered once they are repaired, days later', async (_, value) => {
    const world = await loggedIn(policy);
    world.claims(value);
    for (const pause of [0, second, graceMs, 3 * day]) {
      world.clock.advance(pause);
      await expectFault(refreshAs(world, world.token), 'claims_unsignable');
    }
    world.claims('fits');
    const answer = await refreshAs(world, world.token);
    expect(answer).toMatchObject({ row: 'retry', refreshTokenChanged: true });
    world.clock.advance(floorMs);
    expect(await refreshAs(world, answer.refreshToken)).toMatchObject({ row: 'rotated' });
  });
});

describe('whatever fails after the write, for longer than G', () => {
  const faults: readonly (readonly [string, string, Error, PrivateReason])[] = [
    ['the signature', 'signer.sign', new Unavailable('keys_unavailable'), 'keys_unavailable'],
    ['the read of the account', 'accounts.read', new Unavailable('store_unavailable'), 'store_unavailable'],
  ];
  test.each(faults)('%s', async (_, call, error, reason) => {
    const world = await loggedIn();
    for (const pause of [0, graceMs - 1, 1, day]) {
      world.clock.advance(pause);
      await expectUnavailable(refreshAs(broken(world, call, error), world.token), reason);
    }
    expect(await refreshAs(world, world.token)).toMatchObject({ row: 'retry' });
  });

  test('an unavailable signing key is detected before the write', async () => {
    const world = await loggedIn();
    const signer = { ...plainSigner, ready: () => Promise.reject(new Unavailable('keys_unavailable')) };
    await expectUnavailable(refreshAs({ tools: { ...world.tools, signer } }, world.token), 'keys_unavailable');
    expect(world.stored()).toMatchObject({ generation: 0 });
    world.clock.advance(day);
    expect(await refreshAs(world, world.token)).toMatchObject({ row: 'rotated' });
  });

  test('a lost response, and then an unavailable key', async () => {
    const world = await loggedIn();
    const { refreshToken } = await refreshAs(world, world.token);
    const signer = { ...plainSigner, ready: () => Promise.reject(new Unavailable('keys_unavailable')) };
    world.clock.advance(second);
    await expectUnavailable(refreshAs({ tools: { ...world.tools, signer } }, world.token), 'keys_unavailable');
    world.clock.advance(day);
    expect(await refreshAs(world, world.token)).toMatchObject({ row: 'retry', refreshToken });
  });

  test('an answer of the table that is lost, while its writes land', async () => {
    const world = await loggedIn();
    const lost = around(world.tools, async (name, apply) => {
      await apply();
      if (name.startsWith('sessions') || name.startsWith('accounts')) throw new Unavailable('store_unavailable');
      return undefined;
    });
    const tools = { ...lost, refreshTokens: world.tools.refreshTokens, signer: world.tools.signer };
    await expectUnavailable(refreshAs({ tools }, world.token), 'store_unavailable');
    world.clock.advance(day);
    expect(await refreshAs(world, world.token)).toMatchObject({ row: 'retry' });
  });
});

describe('the excuse is still bounded', () => {
  async function owed(policy = {}) {
    const world = await loggedIn(policy);
    world.claims(new Set());
    await rejectionOf(refreshAs(world, world.token));
    world.claims('fits');
    world.clock.advance(day);
    return world;
  }

  test('from the first answer on a copy has G, and is reuse then', async () => {
    const world = await owed();
    const { refreshToken } = await refreshAs(world, world.token);
    world.clock.advance(graceMs);
    expect(await refreshAs(world, world.token)).toMatchObject({ row: 'retry', refreshToken });
    world.clock.advance(1);
    await expectRefusal(refreshAs(world, world.token), 'invalid_grant', 'token_reused');
    await expectRefusal(refreshAs(world, refreshToken), 'invalid_grant', 'session_revoked');
  });

  test('under strict rotation the second copy is reuse at once', async () => {
    const world = await owed(strict);
    await refreshAs(world, world.token);
    world.clock.advance(1);
    await expectRefusal(refreshAs(world, world.token), 'invalid_grant', 'token_reused');
  });

  test('the successor rests for F from the answer on, so that a late retry is not two behind', async () => {
    const world = await owed();
    const { refreshToken } = await refreshAs(world, world.token);
    expect(await refreshAs(world, refreshToken)).toMatchObject({ row: 'too_soon' });
  });

  test('once the successor has rotated, the note says nothing any more', async () => {
    const world = await owed();
    const stale = world.stored();
    const { refreshToken } = await refreshAs(world, world.token);
    world.clock.advance(floorMs);
    const third = await refreshAs(world, refreshToken);
    world.table.putSession('owe', { ...(world.stored() as NonNullable<typeof stale>), unanswered: 1 }, 0);
    world.clock.advance(graceMs + 1);
    await expectRefusal(refreshAs(world, refreshToken), 'invalid_grant', 'token_reused');
    expect(third.row).toBe('rotated');
  });

  test('a failure that comes after the excuse leaves no note', async () => {
    const world = await loggedIn();
    await refreshAs(world, world.token);
    world.clock.advance(graceMs + 1);
    const down = broken(world, 'accounts.read', new Unavailable('store_unavailable'));
    await expectUnavailable(refreshAs(down, world.token), 'store_unavailable');
    expect(world.stored()).not.toHaveProperty('unanswered');
    await expectRefusal(refreshAs(world, world.token), 'invalid_grant', 'token_reused');
  });

  test('a function that dies leaves no note, and its client has G', async () => {
    const world = await loggedIn();
    expect(await rejectionOf(refreshAs(broken(world, 'signer.sign', new Crash()), world.token))).toBeInstanceOf(Crash);
    world.clock.advance(graceMs + 1);
    await expectRefusal(refreshAs(world, world.token), 'invalid_grant', 'token_reused');
  });

  test('two at once after the repair get the same successor', async () => {
    const world = await owed();
    const [a, b] = await Promise.all([refreshAs(world, world.token), refreshAs(world, world.token)]);
    expect(a.refreshToken).toBe(b.refreshToken);
  });

  test('a session that ends while its answer is about to leave gives none', async () => {
    const world = await owed();
    const tools = around(world.tools, async (name, apply) => {
      const session = world.stored();
      if (name === 'sessions.settle' && session !== undefined) {
        await world.tools.sessions.revoke(session.subject, session.sessionId, 'logged_out', world.clock.nowMs());
      }
      return apply();
    });
    await expectRefusal(refreshAs({ tools }, world.token), 'invalid_grant', 'session_revoked');
  });

  test('an answer whose note cannot be taken back does not leave', async () => {
    const world = await owed();
    const down = broken(world, 'sessions.settle', new Unavailable('store_unavailable'));
    await expectUnavailable(refreshAs(down, world.token), 'store_unavailable');
    expect(await refreshAs(world, world.token)).toMatchObject({ row: 'retry' });
  });
});
