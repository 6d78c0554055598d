import type { WithdrawalReport } from '../contract/key-rotation.ts';
import type { DeployedKeys } from './deployed-keys.ts';
import { believedUntil } from './deployed-keys.ts';
import { isSigningKey, newSigningKey } from './new-keys.ts';
import { publicJwk, publishRing } from './publish.ts';
import type { RotateDeps } from './rotate.ts';
import { replaceRing } from './secrets.ts';
import { fetchableMs, withdrawKeys } from './withdraw.ts';

/**
 * One run of a withdrawal. Repeat it until no key has to wait. Each run is atomic, and publishes its changes.
 *
 * @param deployed the keys that the stack's verifiers were deployed with
 * @throws {IssuerError} when `next` would become current and the issuer does not serve it
 */
export async function withdrawSigning(
  deps: RotateDeps,
  kids: readonly string[],
  deployed: DeployedKeys,
): Promise<WithdrawalReport> {
  const { ring, versionId, since } = await publishRing(deps);
  const now = deps.now();
  const nextPublicSince = Math.max(since, ring.next.createdAt);
  const done = await withdrawKeys(ring, kids, now - nextPublicSince, () => newSigningKey(now));
  if (done.promotes) await deps.insistShown([publicJwk(ring.next)]);
  const changed =
    done.ring !== undefined &&
    (await replaceRing(deps.secrets, deps.signingSecret, versionId, done.ring, isSigningKey));
  const lost = done.ring !== undefined && !changed;
  const after = changed ? await publishRing(deps) : { ring, since };
  const publicSince = Math.max(after.since, after.ring.next.createdAt);
  const { next, current, previous } = after.ring;
  return {
    outcome: lost ? 'lost' : done.waiting.length > 0 ? 'waiting' : 'withdrawn',
    withdrawn: lost ? [] : done.withdrawn,
    waiting: done.waiting,
    waitSeconds: done.waiting.length === 0 ? 0 : Math.max(1, Math.ceil((publicSince + fetchableMs - now) / 1000)),
    believedUntil: believedUntil(lost ? [] : done.withdrawn, deployed, now),
    kids: { next: next.kid, current: current.kid, previous: previous.map(({ kid }) => kid) },
  };
}
