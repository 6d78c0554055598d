import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { login } from '../../lambda/core/login.ts';
import { parseToken } from '../../lambda/core/refresh-token.ts';
import { revoke } from '../../lambda/core/revoke.ts';
import { nodeCodec } from '../../lambda/crypto/node-crypto.ts';
import { describeError } from '../../lambda/log.ts';
import { type Around, around, isSessionWrite } from '../support/around.ts';
import { check } from '../support/check.ts';
import { ratchetKeyRecord } from '../support/keys.ts';
import { cheapHash } from '../support/passwords.ts';
import { aliceLogin, openWorld, refreshAs, type World } from '../support/world.ts';
import { fates, floorMs, graceMs, idleMs, meeting } from './support.ts';

type Step = 'login' | 'refresh' | 'replay' | 'revoke' | 'wrong password' | 'too long';

const steps = fc.array(
  fc.tuple(
    fc.constantFrom<Step>('login', 'refresh', 'refresh', 'replay', 'revoke', 'wrong password', 'too long'),
    fc.constantFrom(0, 1, graceMs, floorMs, floorMs, idleMs),
  ),
  { minLength: 1, maxLength: 10 },
);

type Plan = typeof steps extends fc.Arbitrary<infer P> ? P : never;

/** Plays a story and writes down what each step answered; tokens are told as they are. */
async function play(world: World, plan: Plan, run: Around, errors: unknown[] = []): Promise<string[]> {
  const tools = around(world.tools, run);
  const held = [(await login(aliceLogin, world.tools)).refreshToken];
  const told: string[] = [];
  for (const [what, pause] of plan) {
    world.clock.advance(pause);
    const token = (what === 'replay' ? held.at(-2) : held.at(-1)) ?? '';
    try {
      if (what === 'wrong password') await login({ ...aliceLogin, password: 'canary-password' }, tools);
      else if (what === 'too long') await refreshAs({ tools }, `${token}${token}${token}`);
      else if (what === 'revoke')
        told.push((await revoke(token, 'app', tools)).outcome === 'unknown_token' ? '?' : 'ok');
      else {
        const answer = what === 'login' ? await login(aliceLogin, tools) : await refreshAs({ tools }, token);
        if (answer.refreshToken !== held.at(-1)) held.push(answer.refreshToken);
        told.push(answer.refreshToken);
      }
    } catch (error) {
      errors.push(error);
      told.push((error as Error).message);
    }
  }
  return told;
}

test('invariant 8: no token, secret, hash of a secret, key or password is in an error or an event', async () => {
  await check(300, [steps, fates], async (plan, faults) => {
    const world = openWorld();
    const errors: unknown[] = [];
    const tokens = await play(world, plan, meeting(faults), errors);
    const { tagKey, chainKey } = ratchetKeyRecord('k1');
    const secrets = [tagKey, chainKey, 'canary-password', aliceLogin.password, cheapHash(aliceLogin.password)];
    for (const token of tokens.filter((text) => text.startsWith('pwl1.'))) {
      const [, body = '', tag = ''] = token.split('.');
      secrets.push(body, tag, nodeCodec.toBase64url(parseToken(token, nodeCodec)?.token.secret ?? Buffer.alloc(0)));
    }
    for (const { after } of world.table.writes) secrets.push(after.currentHash, after.nonce ?? after.currentHash);
    const seen = inspect([errors, errors.map(describeError), world.events.all], { depth: 9, maxStringLength: null });
    for (const secret of secrets) expect(seen).not.toContain(secret);
  });
});

test('invariant 9: a write that the SDK repeats answers as one that it did not, in any story', async () => {
  const twice: Around = async (call, apply) => {
    if (isSessionWrite(call)) await apply();
    return apply();
  };
  await check(400, [steps], async (plan) => {
    const once = openWorld();
    const repeated = openWorld();
    const answers = await play(once, plan, (_, apply) => apply());
    expect(await play(repeated, plan, twice)).toEqual(answers);
    expect([...repeated.table.sessions]).toEqual([...once.table.sessions]);
  });
});
