import { describe, expect, test } from 'vitest';
import { storage, tokens, World } from './support/world.ts';

describe('the end of the login', () => {
  test("is known from each token response, in this device's own time", async () => {
    const world = new World();
    world.service = () => tokens('a', { refresh_token_timeout: 3_600, authorization_expires_in: 7_200 });
    const session = world.bodySession(storage('t'));
    expect([session.idleEndsAt, session.loginEndsAt]).toEqual([undefined, undefined]);
    await session.accessToken();
    expect(session.idleEndsAt).toBe(world.now + 3_600_000);
    expect(session.loginEndsAt).toBe(world.now + 7_200_000);
  });

  test('is unknown when the service does not tell it', async () => {
    const world = new World();
    world.service = () => tokens('a');
    const session = world.bodySession(storage('t'));
    await session.accessToken();
    expect([session.idleEndsAt, session.loginEndsAt]).toEqual([undefined, undefined]);
  });
});
