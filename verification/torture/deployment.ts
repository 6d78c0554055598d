import type { RatchetKeys } from '../../lambda/core/ports.ts';
import type { Call } from './call.ts';
import { type Code, type Core, currentCode } from './code.ts';
import { Rng } from './rng.ts';
import type { Service, Tools } from './service.ts';
import type { World } from './world.ts';

/** The functions of one version, with their settings and keys. */
export interface Side {
  readonly service: Service;
  readonly code: Code;
}

type Request = Parameters<Service['run']>[0];

/**
 * The service during a deployment: each request is served by the old or by the new functions. The order is the worst
 * that a deployment, its rollback and its repetition can produce.
 */
export class Deployment {
  readonly ledger: Service['ledger'];
  readonly #current: Side;
  readonly #old: Side | undefined;

  constructor(current: Side, old?: Side) {
    this.#current = current;
    this.#old = old;
    this.ledger = current.service.ledger;
    // Both versions share one ledger of account writes.
    if (old !== undefined) Object.assign(old.service, { ledger: this.ledger });
  }

  run<T>(request: Request, useCase: (tools: Tools, call: Call, core: Core) => Promise<T>): Promise<T> {
    const { service, code } = this.#current;
    const old = this.#old;
    if (old === undefined || new Rng(request.seed ^ 0x01d).chance(0.5)) {
      return service.run(request, (tools, call) => useCase(tools, call, code.core));
    }
    const core = Object.fromEntries(
      Object.entries(old.code.core)
        .filter(([, member]) => typeof member === 'function')
        .map(([name, call]) => [
          name,
          (...args: never[]) => as(code, () => (call as (...args: never[]) => Promise<unknown>)(...args)),
        ]),
    ) as unknown as Core;
    return as(code, () => old.service.run(request, (tools, call) => as(old.code, () => useCase(tools, call, core))));
  }
}

/** The service of a world, together with the other version if its stores have one. */
export function openDeployment({
  stores,
  keys,
  policies: [policy, oldPolicy],
  ...rest
}: Pick<World, 'sim' | 'stores' | 'judge' | 'stats' | 'keys' | 'policies'>): Deployment {
  const { old } = stores;
  if (policy === undefined) throw new Error('there is no policy');
  const current = { code: currentCode, service: new currentCode.Service({ ...rest, stores, keys, policy }) };
  if (old === undefined || oldPolicy === undefined) return new Deployment(current);
  const { exact } = stores;
  const parts = {
    ...rest,
    stores: { ...stores.beside(old, oldPolicy), exact },
    // Separate functions, each with its own cached ring.
    keys: { random: keys.random, instance: (index: number) => keysOf(old, keys.instance(3 + index)) },
    policy: oldPolicy,
  };
  return new Deployment(current, { code: old, service: new old.Service(parts as never) });
}

function keysOf(code: Code, keys: RatchetKeys): RatchetKeys {
  return { current: () => as(code, () => keys.current()), find: (keyId) => as(code, () => keys.find(keyId)) };
}

/** Runs code of another version, and converts its errors to the caller's classes. */
export async function as<T>({ errors }: Code, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name } = error as Error;
    if (name === 'Refusal' || name === 'Unavailable') Object.setPrototypeOf(error, errors[name].prototype);
    throw error;
  }
}
