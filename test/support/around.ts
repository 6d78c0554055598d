import { Unavailable } from '../../lambda/core/errors.ts';
import type { LoginTools } from '../../lambda/core/login.ts';
import type { Passwords } from '../../lambda/core/ports.ts';
import { TableUsers } from '../../lambda/core/users.ts';

/** Runs one call of a port. It may wait before and after the call, skip it, repeat it, or drop its answer. */
export type Around = (call: string, apply: () => Promise<unknown>) => Promise<unknown>;

/** Every call that leaves the core, by port. The pure ports (codec, crypto, clock, random) never fail. */
const awaited: Readonly<Record<string, readonly string[]>> = {
  sessions: ['read', 'create', 'rotate', 'owe', 'settle', 'revoke', 'list', 'deleteTombstone'],
  accounts: [
    ...['findSubject', 'read', 'readWithSessions', 'rehash', 'create'],
    ...['setNetworks', 'revokeSessions', 'moveEmail', 'enable'],
  ],
  refreshTokens: ['read', 'first', 'next', 'repeat'],
  signer: ['ready', 'sign'],
  passwords: ['hash', 'verify'],
  throttle: ['countSlowing', 'countUpTo', 'forgive', 'giveBack'],
};

/** The same tools with something around every call that the core awaits. */
export function around<T extends Partial<LoginTools>>(tools: T, fate: Around): T {
  // A crashed function makes no further call, whatever its code does next.
  let death: Crash | undefined;
  const run: Around = async (call, apply) => {
    if (death !== undefined) throw death;
    try {
      return await fate(call, apply);
    } catch (error) {
      if (error instanceof Crash) death = error;
      throw error;
    }
  };
  const wrapped = Object.entries(tools).map(([port, methods]) => {
    const names = awaited[port];
    return [port, names === undefined ? methods : wrap(port, methods as object, names, run)];
  });
  const { users, accounts, passwords, ...rest } = Object.fromEntries(wrapped) as Partial<LoginTools> & {
    readonly passwords?: Passwords;
  };
  // The users port verifies passwords through ports of its own, which are wrapped too.
  const own = accounts !== undefined && passwords !== undefined ? new TableUsers(accounts, passwords) : users;
  return { ...rest, accounts, passwords, users: own } as unknown as T;
}

function wrap(port: string, target: object, names: readonly string[], run: Around): object {
  return new Proxy(target, {
    get(_, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      if (!names.includes(String(name))) return method.bind(target);
      return (...args: unknown[]) => run(`${port}.${String(name)}`, async () => Reflect.apply(method, target, args));
    },
  });
}

/** Records every call. */
export function recording(calls: string[]): Around {
  return (call, apply) => {
    calls.push(call);
    return apply();
  };
}

/** The faults of one call. */
export type Fate = 'pass' | 'drop' | 'lose' | 'duplicate' | 'crash_before' | 'crash_after';

/** The function ended here: the rest of the use case does not run, and no response is sent. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Applies a fate to a call. A duplicate is the SDK repeating a completed write: the second answer is returned. */
export async function meet(fate: Fate, apply: () => Promise<unknown>): Promise<unknown> {
  if (fate === 'drop') throw new Unavailable('store_unavailable');
  if (fate === 'crash_before') throw new Crash('before the call');
  const answer = await apply();
  if (fate === 'lose') throw new Unavailable('store_unavailable');
  if (fate === 'crash_after') throw new Crash('after the call');
  return fate === 'duplicate' ? apply() : answer;
}

/** The calls that the SDK may repeat. Key rings and signatures are never repeated. */
export const isSessionWrite = (call: string): boolean => /^sessions\.(create|rotate|owe|settle|revoke)$/.test(call);

/** All calls pass except one. */
export function failingAt(index: number, fate: Fate): Around {
  let count = 0;
  return (_, apply) => {
    const own = count;
    count += 1;
    return meet(own === index ? fate : 'pass', apply);
  };
}
