import { createHash } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { emptySecret } from '../contract/secrets.ts';
import type { Ring } from './rings.ts';

/** A secret holds something that is neither a key ring nor the template's marker. It was not touched. */
export class RingError extends Error {
  override readonly name = 'RingError';
}

/** Tells whether a parsed key record is complete; a ring with a broken key counts as unreadable. */
export type IsKey<K> = (value: unknown) => value is K;

/**
 * The secret's key ring, or undefined while it is as the template made it.
 *
 * @throws {RingError} for any other content: overwriting keys would end every session or every access token
 */
export function parseRing<K>(content: string, isKey: IsKey<K>): Ring<K> | undefined {
  const value = parse(content);
  const names = Object.keys(value).sort().join();
  if (value.version === emptySecret.version && names === `${emptySecret.fillerName},version`) return undefined;
  const { version, next, current, previous } = value;
  if (version === 1 && isKey(next) && isKey(current) && Array.isArray(previous) && previous.every(isKey)) {
    return { version, next, current, previous };
  }
  throw new RingError('holds neither a key ring nor the marker of a new secret; it was left as it is');
}

/**
 * Reads the secret's ring; creates it first when there is none yet. Of several that create at once, one wins and all
 * return its ring.
 *
 * @throws {RingError} naming the secret, never what it holds
 */
export async function readOrCreateRing<K>(
  client: SecretsManagerClient,
  secretId: string,
  isKey: IsKey<K>,
  create: () => Promise<Ring<K>>,
): Promise<Ring<K>> {
  const found = await read(client, secretId, isKey);
  if (found.ring !== undefined) return found.ring;
  const ring = await create();
  try {
    await client.send(
      new PutSecretValueCommand({
        SecretId: secretId,
        SecretString: JSON.stringify(ring),
        // One token per marker: Secrets Manager refuses a second ring under it, and lets the SDK's own retry pass.
        ClientRequestToken: createHash('sha256').update(`first ring after ${found.versionId}`).digest('hex'),
      }),
    );
    return ring;
  } catch (error) {
    if ((error as Error).name !== 'ResourceExistsException') throw error;
    const winner = await read(client, secretId, isKey);
    if (winner.ring === undefined) throw error;
    return winner.ring;
  }
}

/** A ring and the version of the secret that held it. */
export interface VersionedRing<K> {
  readonly ring: Ring<K>;
  readonly versionId: string;
}

/** Reads the ring in use. @throws {RingError} naming the secret, also while it is as the template made it */
export async function readRing<K>(
  client: SecretsManagerClient,
  secretId: string,
  isKey: IsKey<K>,
): Promise<VersionedRing<K>> {
  const { ring, versionId } = await read(client, secretId, isKey);
  if (ring === undefined) throw new RingError(`the secret ${secretId} holds no key ring yet`);
  return { ring, versionId };
}

/**
 * Puts another ring in the place of the one that was read, unless somebody else was faster: compare and set.
 *
 * The new version is prepared beside the old one, where nobody reads it. What decides is the move of AWSCURRENT: Secrets
 * Manager refuses it unless the label still is on the version named in RemoveFromVersionId.
 *
 * @param from the version that `ring` was made from
 * @returns whether this ring is the one in use now
 */
export async function replaceRing<K>(
  client: SecretsManagerClient,
  secretId: string,
  from: string,
  ring: Ring<K>,
  isKey: IsKey<K>,
): Promise<boolean> {
  const SecretString = JSON.stringify(ring);
  // The id follows from what it stands for, so that a call which the SDK repeats finds its own version.
  const versionId = createHash('sha256').update(`${from} ${SecretString}`).digest('hex');
  const id = { SecretId: secretId };
  await client.send(
    new PutSecretValueCommand({
      ...id,
      SecretString,
      ClientRequestToken: versionId,
      VersionStages: ['AWSPENDING'],
    }),
  );
  try {
    await client.send(
      new UpdateSecretVersionStageCommand({
        ...id,
        VersionStage: 'AWSCURRENT',
        RemoveFromVersionId: from,
        MoveToVersionId: versionId,
      }),
    );
    return true;
  } catch (error) {
    const inUse = await readRing(client, secretId, isKey);
    // The SDK repeated a call whose answer was lost: the label had moved already, to where it should.
    if (inUse.versionId === versionId) return true;
    // Somebody else's move came first; or took AWSPENDING off our version, and Secrets Manager has dropped that.
    if (inUse.versionId !== from || (error as Error).name === 'ResourceNotFoundException') return false;
    throw error;
  }
}

async function read<K>(client: SecretsManagerClient, secretId: string, isKey: IsKey<K>) {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' }));
  try {
    return { ring: parseRing(answer.SecretString ?? '', isKey), versionId: answer.VersionId ?? '' };
  } catch (error) {
    throw error instanceof RingError ? new RingError(`the secret ${secretId} ${error.message}`) : error;
  }
}

function parse(content: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The parser's message quotes what it read, so it must not go any further.
  }
  return {};
}
