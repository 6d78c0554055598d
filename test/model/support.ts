import fc from 'fast-check';
import { login } from '../../lambda/core/login.ts';
import { parseToken } from '../../lambda/core/refresh-token.ts';
import { nodeCodec } from '../../lambda/crypto/node-crypto.ts';
import type { Around, Fate } from '../support/around.ts';
import { isSessionWrite, meet } from '../support/around.ts';
import { aliceLogin, defaultPolicy, openWorld, refreshAs, type World, type WorldOptions } from '../support/world.ts';

export const { graceMs, floorMs, idleMs, absoluteMs } = defaultPolicy;

/** A world with one session that has rotated `rotations` times and rests no longer. */
export async function withSession(rotations = 0, options: WorldOptions = {}) {
  const world = openWorld(options);
  const first = await login(aliceLogin, world.tools);
  const tokens = [first.refreshToken];
  for (let count = 0; count < rotations; count += 1) {
    world.clock.advance(floorMs);
    tokens.push((await refreshAs(world, tokens.at(-1) ?? '')).refreshToken);
  }
  if (rotations > 0) world.clock.advance(floorMs);
  const { subject, sessionId } = first.session;
  const session = () => {
    const found = world.table.session(subject, sessionId);
    if (found === undefined) throw new Error('the session is gone');
    return found;
  };
  return { ...world, tokens, newest: tokens.at(-1) ?? '', subject, sessionId, session };
}

/** The key of the token tables: two released secrets for one key mean that the session forked. */
export function placeOf(refreshToken: string): string {
  const token = parseToken(refreshToken, nodeCodec)?.token;
  return `${token?.sessionId} ${token?.generation}`;
}

/** Invariant 1: one secret rotates a session, one successor of a token is released. Throws at the second. */
export class Released {
  readonly #byPlace = new Map<string, string>();

  add(refreshToken: string): void {
    const place = placeOf(refreshToken);
    const known = this.#byPlace.get(place);
    if (known !== undefined && known !== refreshToken) throw new Error(`two tokens were released for ${place}`);
    this.#byPlace.set(place, refreshToken);
  }
}

/** Invariant 1 in the table: each generation is left at most once. Invariant 6: and only by the living, unmoved. */
export function checkWrites(world: Pick<World, 'table' | 'tools'>): void {
  const { idleMs: idle, notBefore } = world.tools.sessionPolicy;
  const left = new Set<string>();
  for (const { method, before, after } of world.table.writes) {
    const place = `${after.sessionId} ${after.generation}`;
    const wrong = (what: string) => new Error(`${what}: ${method} at ${place}`);
    if (method === 'create') {
      if (before !== undefined) throw wrong('a session was overwritten');
      continue;
    }
    if (before === undefined) throw wrong('a deleted session came back');
    if (before.status !== 'active') throw wrong('a revoked session was written');
    if (after.absoluteExpiry !== before.absoluteExpiry) throw wrong('the absolute end was moved');
    if (after.epoch !== before.epoch || after.createdAt !== before.createdAt) throw wrong('what is fixed was moved');
    if (method === 'revoke') continue;
    if (method === 'owe' || method === 'settle') {
      const moved = after.generation !== before.generation || after.currentHash !== before.currentHash;
      if (moved) throw wrong('a note of an unanswered request moved the session on');
      continue;
    }
    if (left.has(place)) throw wrong('one generation was left twice');
    left.add(place);
    if (after.generation !== before.generation + 1) throw wrong('a generation was skipped');
    const expired = before.absoluteExpiry <= after.rotatedAt || before.rotatedAt <= after.rotatedAt - idle;
    if (expired || before.createdAt < notBefore) throw wrong('an expired session rotated');
  }
}

/** Lets calls meet their fates in the order in which they are made; when these run out all is well. */
export function meeting(fates: readonly Fate[]): Around {
  let index = 0;
  return (call, apply) => {
    const fate = fates[index] ?? 'pass';
    index += 1;
    // Only a write of the SDK's is repeated; what reads or computes is simply asked again.
    return meet(fate === 'duplicate' && !isSessionWrite(call) ? 'pass' : fate, apply);
  };
}

/** One around the other. */
export const nested =
  (outer: Around, inner: Around): Around =>
  (call, apply) =>
    outer(call, () => inner(call, apply));

export const anyFate = fc.constantFrom<Fate>('drop', 'lose', 'duplicate', 'crash_before', 'crash_after');

/** Mostly all is well. */
export const fates = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant<Fate>('pass') }, anyFate), { maxLength: 8 });

export const choices = fc.array(fc.nat({ max: 30 }), { maxLength: 80 });
