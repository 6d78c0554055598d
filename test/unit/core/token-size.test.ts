import { expect, test } from 'vitest';
import { maxAccessTokenLength } from '../../../lambda/core/access-token.ts';
import { login } from '../../../lambda/core/login.ts';
import { readUser } from '../../../lambda/users-function.ts';
import { FakeClock } from '../../support/clock.ts';
import { rejectionOf } from '../../support/expect.ts';
import { signerAndVerifier } from '../../support/keys.ts';
import { alice, aliceLogin, openWorld } from '../../support/world.ts';

/** Claims that are `bytes` long as JSON. */
const claimsOf = (bytes: number) => ({ filler: 'x'.repeat(bytes - '{"filler":""}'.length) });

test('the largest accepted claims make a token that verifiers and the gateway accept', async () => {
  const claims = readUser({ subject: 'alice', claims: claimsOf(4096) })?.claims ?? {};
  const world = openWorld({
    accounts: [{ ...alice, claims }],
    tools: { signer: signerAndVerifier(new FakeClock()).signer },
  });
  const { accessToken } = await login(aliceLogin, world.tools);
  expect(accessToken.length).toBeLessThan(maxAccessTokenLength);
});

test('an answer with larger claims is refused', () => {
  expect(() => readUser({ subject: 'alice', claims: claimsOf(4097) })).toThrow('the answer has an invalid claims');
});

test('a token that every verifier would refuse is not issued, and no session is opened for it', async () => {
  const accounts = [{ ...alice, claims: claimsOf(maxAccessTokenLength) }];
  const world = openWorld({ accounts, tools: { signer: signerAndVerifier(new FakeClock()).signer } });
  expect(await rejectionOf(login(aliceLogin, world.tools))).toMatchObject({
    name: 'Fault',
    reason: 'claims_too_large',
  });
  expect(world.table.writes).toEqual([]);
});
