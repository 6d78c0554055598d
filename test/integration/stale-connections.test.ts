import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callEveryHandler } from './support/every-handler.ts';
import { type Members, startMembers } from './support/members.ts';
import { type ProxiedService, startProxied } from './support/service.ts';
import { expectError, login, tokensOf } from './support/session.ts';

/** After a freeze, a function's connections are dead. No client gets an error, and no event is lost. */

describe('every handler', () => {
  let service: ProxiedService;
  beforeAll(async () => {
    service = await startProxied({ freezable: true });
  });
  afterAll(() => service.stop());

  test('answers after a freeze as before it', async () => {
    const { local } = service;
    const before = await callEveryHandler(service, await service.addUser());
    expect(Object.values(before).filter((answer) => answer === 500 || answer === 503 || answer === false)).toEqual([]);
    const published = local.events.length;
    for (let freeze = 1; freeze <= 3; freeze += 1) {
      const [resets, events] = [local.resets(), local.events.length];
      local.goStale();
      expect(await callEveryHandler(service, await service.addUser())).toEqual(before);
      expect(local.resets()).toBeGreaterThan(resets);
      expect(local.events.length - events).toBe(published);
    }
    expect(local.logs.filter(({ line }) => line.includes('"unpublished"'))).toEqual([]);
  });
});

describe('your `users` function', () => {
  let members: Members;
  beforeAll(async () => {
    members = await startMembers();
  });
  afterAll(() => members.stop());

  test('is called once more over a new connection where the old one had died', async () => {
    const { service, users, peer } = members;
    const user = await members.member();
    tokensOf(await login(service, user));
    peer.goStale();
    users.calls = 0;
    tokensOf(await login(service, user));
    expect([peer.resets, users.calls]).toEqual([1, 1]);
  });

  test('is not called again where it failed on a connection of its own', async () => {
    const { service, users } = members;
    const user = await members.member();
    users.interfere(() => Promise.reject(new Error('the connection breaks')));
    users.calls = 0;
    // The connection in the pool is dropped first, so that this try opens one.
    members.peer.goStale();
    expectError(await login(service, user), 503, 'temporarily_unavailable');
    expect(users.calls).toBe(1);
  });
});
