import type { Account } from '../lambda/core/account.ts';
import type { SessionPolicy } from '../lambda/core/session.ts';
import { cheapHash } from '../test/support/passwords.ts';
import { day, defaultPolicy } from '../test/support/world.ts';
import { Device } from './client.ts';
import { devicesPerUser } from './plan.ts';

export interface User {
  readonly account: Account;
  readonly devices: readonly Device[];
  /** Passwords that may be the right one, the likeliest first. */
  passwords: string[];
}

/** Everyone's logout moves a setting while the service runs. */
export type Changing = { -readonly [K in keyof SessionPolicy]: SessionPolicy[K] };

/** Mostly the defaults; else strict rotation, the long grace window of docs/client.md, or short lives. */
export const policies: readonly (readonly [SessionPolicy, number])[] = [
  [defaultPolicy, 14],
  [{ ...defaultPolicy, graceMs: 0, floorMs: 0 }, 2],
  [{ ...defaultPolicy, graceMs: 600_000, floorMs: 620_000 }, 2],
  [{ ...defaultPolicy, idleMs: 6 * day, absoluteMs: 9 * day }, 2],
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
  const devices = Array.from(
    { length: devicesPerUser },
    (_, index) => new Device(`${name} ${index === 1 ? 'browser' : `phone ${index}`}`, index === 1 ? 'cookie' : 'body'),
  );
  return { account, devices, passwords: [password] };
}
