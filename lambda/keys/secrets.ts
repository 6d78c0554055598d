import { createHash } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { emptySecret } from '../contract/secrets.ts';
import type { Ring } from './rings.ts';

/** A secret holds neither a key ring nor the template's marker. It was not changed. */
export class RingError extends Error {
  override readonly name = 'RingError';
}

/** Whether a parsed key record is complete. A ring with a broken key counts as unreadable. */
export type IsKey<K> = (value: unknown) => value is K;

/**
 * The secret's key ring, or undefined while it still holds the template's marker.
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
  throw new RingError('holds neither a key ring nor the marker of a new secret; it was not changed');
}

/**
 * Reads the secret's ring, and creates it if there is none. Of several concurrent creators, one wins and all return its
 * ring.
 *
 * @throws {RingError} naming the secret, never its content
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
        // One token per marker: Secrets Manager refuses a second ring under it, and accepts the SDK's own retry.
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

/** Reads the current ring. @throws {RingError} naming the secret, also while it holds the template's marker */
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
 * Replaces the ring that was read, unless another writer was faster: compare and set.
 *
 * The new version is stored beside the old one, where no function reads it. The move of AWSCURRENT decides: Secrets
 * Manager refuses it unless the label is on the version named in RemoveFromVersionId.
 *
 * @param from the version that `ring` was derived from
 * @returns whether this ring is now in use
 */
export async function replaceRing<K>(
  client: SecretsManagerClient,
  secretId: string,
  from: string,
  ring: Ring<K>,
  isKey: IsKey<K>,
): Promise<boolean> {
  const SecretString = JSON.stringify(ring);
  // The id is derived from the content, so a call repeated by the SDK finds its own version.
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
    // The SDK repeated a call whose response was lost: the label had already moved to this version.
    if (inUse.versionId === versionId) return true;
    // Another move came first; or it took AWSPENDING off our version, which Secrets Manager then dropped.
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
    // The parser's message quotes its input, so it must not be passed on.
  }
  return {};
}
