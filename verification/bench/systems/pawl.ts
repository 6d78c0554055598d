/** Pawl's functions as deployed: the built bundles. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { busSource } from '../../../lambda/contract/bus.ts';
import { formatToken, hashSecret } from '../../../lambda/core/refresh-token.ts';
import { sessionExpiresAt } from '../../../lambda/core/retention.ts';
import { nodeCodec, nodeCrypto, nodeRandom } from '../../../lambda/crypto/node-crypto.ts';
import { toAccountItem, toSessionItem } from '../../../lambda/store/items.ts';
import { httpEvent } from '../../../test/support/http-event.ts';
import { ratchetKey } from '../../../test/support/keys.ts';
import { defaultPolicy } from '../../../test/support/world.ts';
import { putItems } from './put-items.ts';
import { type OpenSystem, readReply } from './system.ts';

const tools = { crypto: nodeCrypto, codec: nodeCodec };
type Handler = (event: unknown) => Promise<unknown>;

export const open: OpenSystem = async ({ endpoint, table }) => {
  const load = (entry: string) => {
    const file = join(process.env.BENCH_BUNDLES ?? '', entry, 'index.js');
    return (createRequire(import.meta.url)(file) as { handler: Handler }).handler;
  };
  const refresh = load('refresh');
  const signals = load('signals');
  return {
    seed: async (count) => {
      const users = Array.from({ length: count }, () => newSession());
      await putItems(
        endpoint,
        table,
        users.flatMap(({ items }) => items),
      );
      return users.map(({ subject, refreshToken }) => ({ subject, refreshToken }));
    },
    refresh: async (refreshToken) => {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: 'app',
      }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return readReply(await refresh(httpEvent({ headers, body, base64: true })));
    },
    revokeAll: async (subject) => {
      const id = nodeCodec.toBase64url(nodeRandom.bytes(16));
      await signals({ id, source: busSource.in, 'detail-type': 'AdminForcedLogout', detail: { subject } });
    },
  };
};

/** The items that a login stores, made without the cost of argon2id. */
export function newSession(subject = nodeCodec.toBase64url(nodeRandom.bytes(16))) {
  const now = Date.now();
  const key = ratchetKey('k1');
  const secret = nodeRandom.bytes(32);
  const sessionId = nodeCodec.toBase64url(nodeRandom.bytes(16));
  const scopes = ['read', 'write'];
  const account = {
    subject,
    username: `${subject}@example.com`,
    status: 'active' as const,
    epoch: 0,
    claims: { tenant: 'acme' },
    scopes,
  };
  const session = {
    subject,
    sessionId,
    generation: 0,
    currentHash: hashSecret(secret, tools),
    epoch: 0,
    scopes,
    status: 'active' as const,
    clientId: 'app',
    channel: 'body' as const,
    createdAt: now,
    rotatedAt: now,
    absoluteExpiry: now + defaultPolicy.absoluteMs,
  };
  return {
    subject,
    refreshToken: formatToken({ keyId: key.keyId, subject, sessionId, generation: 0, secret }, key, tools),
    items: [toAccountItem(account, 'seed'), toSessionItem(session, sessionExpiresAt(session.rotatedAt, defaultPolicy))],
  };
}
