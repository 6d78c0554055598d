import type { RingReport } from '../contract/key-rotation.ts';
import { keyAgeDays } from '../metrics.ts';
import type { KeysDeps } from './create-keys.ts';
import { isRatchetKey, isSigningKey, newRatchetKey, newSigningKey } from './new-keys.ts';
import { publicJwk, publishRing } from './publish.ts';
import type { Ring } from './rings.ts';
import {
  decide,
  knownEverywhereMs,
  type RingRules,
  type RotationPolicy,
  ratchetRules,
  signingRules,
} from './rotation.ts';
import { type IsKey, readRing, replaceRing, type VersionedRing } from './secrets.ts';
import type { InsistShown } from './shown-keys.ts';

export interface RotateDeps extends KeysDeps {
  readonly policy: RotationPolicy;
  readonly insistShown: InsistShown;
}

type AnyKey = { readonly createdAt: number; readonly retiredAt?: number };

/**
 * One run over the signing ring. It first repairs an interrupted run: it publishes the public keys. A key is used only
 * after it has been public for long enough, and the new next key is published as soon as its ring is in use. The run
 * may be interrupted at any call, and any number of runs may overlap: the ring changes in one atomic step, and
 * everything else is repeatable.
 *
 * @throws {IssuerError} when keys have been public for long enough and the issuer does not serve them, whether a
 *   rotation is due or not, so that this is noticed long before they sign
 */
export async function rotateSigning(deps: RotateDeps, force: boolean): Promise<RingReport> {
  const published = await publishRing(deps);
  const { ring } = published;
  if (deps.now() - Math.max(published.since, ring.next.createdAt) >= knownEverywhereMs) {
    await deps.insistShown([ring.current, ring.next].map(publicJwk));
  }
  const rules = signingRules(deps.policy, newSigningKey);
  const done = await turn(deps, deps.signingSecret, isSigningKey, published, rules, published.since, force);
  // Also when another run was faster, because that run may have been interrupted.
  const inUse = done.changed ? await publishRing(deps) : published;
  const { next, current } = inUse.ring;
  const ids = { current: current.kid, next: next.kid };
  return { ...report('signing', done, inUse.ring, ids, deps.now()), republished: published.written };
}

/** One run over the ratchet ring. Nothing to publish; functions reload the ring within the cache period. */
export async function rotateRatchet(deps: RotateDeps, force: boolean): Promise<RingReport> {
  const found = await readRing(deps.secrets, deps.ratchetSecret, isRatchetKey);
  const rules = ratchetRules(deps.policy, newRatchetKey);
  const since = found.ring.next.createdAt;
  const done = await turn(deps, deps.ratchetSecret, isRatchetKey, found, rules, since, force);
  const inUse = done.changed ? await readRing(deps.secrets, deps.ratchetSecret, isRatchetKey) : found;
  const { next, current } = inUse.ring;
  return report('ratchet', done, inUse.ring, { current: current.keyId, next: next.keyId }, deps.now());
}

type Done = Pick<RingReport, 'outcome' | 'dropped'> & { readonly changed: boolean };

async function turn<K extends AnyKey>(
  { secrets, policy, now }: RotateDeps,
  secretId: string,
  isKey: IsKey<K>,
  { ring, versionId }: VersionedRing<K>,
  rules: RingRules<K>,
  nextKnownSince: number,
  force: boolean,
): Promise<Done> {
  const decision = await decide(ring, rules, policy.periodMs, { now: now(), force, nextKnownSince });
  const { outcome, dropped } = decision;
  if (decision.ring === undefined) return { outcome, dropped, changed: false };
  const ours = await replaceRing(secrets, secretId, versionId, decision.ring, isKey);
  return ours ? { outcome, dropped, changed: true } : { outcome: 'lost', dropped: 0, changed: true };
}

function report<K extends AnyKey>(
  name: RingReport['ring'],
  { outcome, dropped }: Done,
  ring: Ring<K>,
  ids: Pick<RingReport, 'current' | 'next'>,
  now: number,
): RingReport {
  const ageDays = keyAgeDays([ring.next.createdAt], now);
  return { ring: name, outcome, ...ids, ageDays, previous: ring.previous.length, dropped };
}
