import type { Account } from '../../lambda/core/account.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import { cheapHash } from '../../test/support/passwords.ts';
import { day, defaultPolicy } from '../../test/support/world.ts';
import { Device } from './client.ts';
import { devicesPerUser } from './plan.ts';

export interface User {
  readonly account: Account;
  readonly devices: readonly Device[];
  /** Possible current passwords, the most likely first. */
  passwords: string[];
}

/** Mostly the defaults; otherwise strict rotation, the long grace window of docs/client.md, or short lifetimes. */
export const policies: readonly (readonly [SessionPolicy, number])[] = [
  [defaultPolicy, 14],
  [{ ...defaultPolicy, graceMs: 0, floorMs: 0 }, 2],
  [{ ...defaultPolicy, graceMs: 600_000, floorMs: 620_000 }, 2],
  [{ ...defaultPolicy, idleMs: 6 * day, absoluteMs: 9 * day }, 2],
];

/** Settings before a deployment: those above, and a shorter and a longer grace window. */
export const otherPolicies: typeof policies = [
  ...policies,
  [{ ...defaultPolicy, graceMs: 10_000, floorMs: 30_000 }, 3],
  [{ ...defaultPolicy, graceMs: 60_000, floorMs: 80_000 }, 3],
];

/** A user with two phones and a browser. */
export function newUser(name: string): User {
  const password = `canary of ${name}`;
  const account: Account = {
    subject: `subject-${name}`,
    username: `user-${name}`,
    status: 'active',
    epoch: 0,
    passwordHash: cheapHash(password),
    claims: {},
    scopes: ['read', 'write'],
  };
  const devices = Array.from({ length: devicesPerUser }, (_, index) =>
    index === 1
      ? new Device(`${name} browser`, 'cookie', 40_000)
      : new Device(`${name} phone ${index}`, 'body', index * -150_000),
  );
  return { account, devices, passwords: [password] };
}
