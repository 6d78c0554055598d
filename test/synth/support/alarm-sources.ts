import { serviceVariable } from '../../../lambda/contract/metrics.ts';
import { login } from '../../../lambda/core/login.ts';
import { eventBridgeEvents } from '../../../lambda/events/event-bridge.ts';
import { endpoint } from '../../../lambda/http/endpoint.ts';
import { tokenReply } from '../../../lambda/http/response.ts';
import { rotateAll } from '../../../lambda/keys/rotate-all.ts';
import type { AlarmName } from '../../../lib/alarm-thresholds.ts';
import { httpEvent } from '../../support/http-event.ts';
import { audience, issuer } from '../../support/keys.ts';
import { alice, aliceLogin, defaultPolicy, openWorld, refreshAs, type World } from '../../support/world.ts';

/** For each of our alarms: how its metric comes about, by the code that runs in production. */

/** The refresh route over a world in memory. */
function refreshRoute(world: World, durationMs = 0) {
  const route = (refreshToken: string) =>
    endpoint('refresh', 10, async () => {
      const tokens = await refreshAs(world, refreshToken);
      // Time passes on the test's clock alone.
      ticking.nowMs += durationMs;
      return tokenReply(tokens, tokens.row, []);
    })(httpEvent());
  return route;
}

/** What `performance.now()` says to the code under test; the test puts it in place. */
export const ticking = { nowMs: 0 };

async function reusedTokens(): Promise<void> {
  const world = openWorld();
  const { refreshToken } = await login(aliceLogin, world.tools);
  const route = refreshRoute(world);
  await route(refreshToken);
  world.clock.advance(defaultPolicy.graceMs + 1);
  const reply = await route(refreshToken);
  if (reply.statusCode !== 400) throw new Error('reuse must be refused');
}

/** As after a restore of the table: the session is back at an older generation. */
async function impossibleTokens(): Promise<void> {
  const world = openWorld();
  const { refreshToken, session } = await login(aliceLogin, world.tools);
  const backup = world.table.session(alice.subject, session.sessionId);
  if (backup === undefined) throw new Error('no session');
  const route = refreshRoute(world);
  const { refresh_token } = JSON.parse((await route(refreshToken)).body ?? '{}') as { refresh_token: string };
  world.table.putSession('create', backup, 0);
  await route(refresh_token);
}

async function refreshLatency(): Promise<void> {
  const world = openWorld();
  const { refreshToken } = await login(aliceLogin, world.tools);
  await refreshRoute(world, 1001)(refreshToken);
}

const keyAge = (of: string) => tellKeyAge(of, 33.1);

/** The other ring is as young as ever, and must not hide this one's age. */
async function tellKeyAge(of: string, ageDays: number): Promise<void> {
  const report = (ring: 'signing' | 'ratchet') => {
    const days = ring === of.toLowerCase() ? ageDays : 1;
    return async () =>
      ({ ring, outcome: 'not_due', current: 'k', next: 'n', ageDays: days, previous: 0, dropped: 0 }) as const;
  };
  await rotateAll({ signing: report('signing'), ratchet: report('ratchet') }, 30);
}

async function unpublishedEvents(): Promise<void> {
  await eventBridgeEvents('bus').publish([
    { type: 'SessionRevoked', subject: 'a', sessionId: 'b', reason: 'logged_out' },
  ]);
}

async function refusedAccessTokens(): Promise<void> {
  const { handler } = await import('../../../lambda/handlers/authorizer.ts');
  const event = httpEvent({ path: '/me', headers: { authorization: 'Bearer forged' } });
  const answer = await handler({ ...event, type: 'REQUEST', routeArn: '', identitySource: [] } as never);
  if (answer.isAuthorized) throw new Error('the token must be refused');
}

/** Environment of the code under test. */
export const environment: Readonly<Record<string, string>> = {
  [serviceVariable]: 'Pawl/TokenService',
  ISSUER: issuer,
  AUDIENCE: audience,
  JWKS: '{"keys":[]}',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  // No server listens there: every call fails immediately.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
};

/** What a good day looks like, for the alarm that silence would set off. */
export async function calm(name: AlarmName, of: string): Promise<void> {
  if (name === 'keyAge') await tellKeyAge(of, 30);
}

/** Makes one datapoint that is over the threshold by itself, or that counts one. `of` is the rest of the alarm's id. */
export const emitters: Readonly<Partial<Record<AlarmName, (of: string) => Promise<void>>>> = {
  reusedTokens,
  impossibleTokens,
  refreshLatency,
  keyAge,
  unpublishedEvents,
  refusedAccessTokens,
};
