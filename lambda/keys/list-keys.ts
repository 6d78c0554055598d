import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { keysIn } from '../contract/jwk.ts';
import type { KeyList, ListedKey } from '../contract/key-rotation.ts';
import type { KeysDeps } from './create-keys.ts';
import { isRatchetKey, isSigningKey } from './new-keys.ts';
import type { Ring } from './rings.ts';
import { readRing } from './secrets.ts';

/** Lists the keys and which of them are published. Writes nothing. @throws RingError, and errors of the SDK */
export async function listKeys(deps: KeysDeps): Promise<KeyList> {
  const [signing, ratchet, parameter] = await Promise.all([
    readRing(deps.secrets, deps.signingSecret, isSigningKey),
    readRing(deps.secrets, deps.ratchetSecret, isRatchetKey),
    deps.parameters.send(new GetParameterCommand({ Name: deps.jwksParameter })),
  ]);
  const published = keysIn(JSON.parse(parameter.Parameter?.Value ?? '{"keys":[]}'));
  return {
    keys: [
      ...keysOf('signing', signing.ring, ({ kid }) => kid),
      ...keysOf('ratchet', ratchet.ring, ({ keyId }) => keyId),
    ],
    published: published.flatMap((key) => ('kid' in key && typeof key.kid === 'string' ? [key.kid] : [])),
    now: deps.now(),
  };
}

/** An allow-list, so that private members of a key are left out. */
function keysOf<K extends { readonly createdAt: number; readonly retiredAt?: number }>(
  ring: ListedKey['ring'],
  { next, current, previous }: Ring<K>,
  idOf: (key: K) => string,
): readonly ListedKey[] {
  const listed = (state: ListedKey['state']) => (key: K) => ({
    ring,
    kid: idOf(key),
    state,
    createdAt: key.createdAt,
    ...(key.retiredAt !== undefined && { retiredAt: key.retiredAt }),
    // The next key is created when its predecessor comes into use.
    ...(state === 'current' && { usedSince: next.createdAt }),
  });
  return [listed('next')(next), listed('current')(current), ...previous.map(listed('previous'))];
}
