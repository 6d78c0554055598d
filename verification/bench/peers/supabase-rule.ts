/**
 * A store with the rule that Supabase Auth publishes for its counted refresh tokens (supabase/auth, internal/tokens).
 * The direct predecessor of the current token always gets the current token. An older token gets it for ten seconds;
 * after that, it ends the session. Supabase runs on PostgreSQL and locks the session's row. The conditional write used
 * here is cheaper.
 */
import { createHmac, createPrivateKey, randomBytes, sign, timingSafeEqual } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { putItems } from '../systems/put-items.ts';
import type { OpenSystem, Reply } from '../systems/system.ts';

const reuseIntervalMs = 10_000;

interface Session {
  readonly pk: string;
  readonly sk: string;
  /** In clear text, as in Supabase: read access to the table is enough to forge every token of the session. */
  readonly hmacKey: string;
  readonly counter: number;
  readonly refreshedAt: number;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** `<subject>.<session>.<counter>.<mac>` */
function format({ pk, sk, hmacKey }: Pick<Session, 'pk' | 'sk' | 'hmacKey'>, counter: number): string {
  const body = `${pk.slice('USER#'.length)}.${sk.slice('SESSION#'.length)}.${counter}`;
  return `${body}.${createHmac('sha256', Buffer.from(hmacKey, 'base64url')).update(body).digest('base64url')}`;
}

const same = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

export const open: OpenSystem = async ({ endpoint, table: TableName }) => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, maxAttempts: 3 }));
  const jwk = JSON.parse(process.env.BENCH_SIGNING_KEY ?? '{}') as Record<string, string>;
  const key = createPrivateKey({ key: jwk, format: 'jwk' } as never);
  const { kid } = jwk;

  function accessToken(subject: string, sessionId: string): string {
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: 'https://auth.example.com', aud: 'authenticated', sub: subject, session_id: sessionId, iat };
    const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid })}.${encode({ ...claims, exp: iat + 600 })}`;
    const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  const read = async (pk: string, sk: string) =>
    (await client.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item;

  /** Returns false if another request was first. */
  async function advance({ pk, sk, counter }: Session): Promise<boolean> {
    try {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { pk, sk },
          ConditionExpression: '#counter = :counter',
          UpdateExpression: 'SET #counter = :next, refreshedAt = :now',
          ExpressionAttributeNames: { '#counter': 'counter' },
          ExpressionAttributeValues: { ':counter': counter, ':next': counter + 1, ':now': Date.now() },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async function refresh(token: string): Promise<Reply> {
    const [subject = '', sessionId = '', counterText = ''] = token.split('.');
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const [user, session] = await Promise.all([
        read(`USER#${subject}`, 'ACCOUNT'),
        read(`USER#${subject}`, `SESSION#${sessionId}`) as Promise<Session | undefined>,
      ]);
      if (user === undefined || session === undefined) return { status: 400, error: 'session_not_found' };
      const counter = Number(counterText);
      if (!same(format(session, counter), token)) return { status: 400, error: 'refresh_token_not_found' };
      const behind = session.counter - counter;
      if (behind < 0) return { status: 400, error: 'validation_failed' };
      const answer = (current: number): Reply => ({
        status: 200,
        accessToken: accessToken(subject, sessionId),
        refreshToken: format(session, current),
      });
      if (behind === 0) {
        if (await advance(session)) return answer(counter + 1);
        await delay(10 + Math.random() * 20);
        continue;
      }
      // "The client did not receive or save the answer", however long ago; or several refreshed at once.
      if (behind === 1 || Date.now() - session.refreshedAt < reuseIntervalMs) return answer(session.counter);
      await client.send(new DeleteCommand({ TableName, Key: { pk: session.pk, sk: session.sk } }));
      return { status: 400, error: 'refresh_token_already_used' };
    }
    return { status: 409, error: 'conflict' };
  }

  return {
    seed: async (count) => {
      const made = Array.from({ length: count }, () => {
        const pk = `USER#${crypto.randomUUID()}`;
        const hmacKey = randomBytes(32).toString('base64url');
        return { pk, sk: `SESSION#${crypto.randomUUID()}`, hmacKey, counter: 0, refreshedAt: Date.now() };
      });
      await putItems(
        endpoint,
        TableName,
        made.flatMap((session) => [{ pk: session.pk, sk: 'ACCOUNT', email: 'user@example.com' }, session]),
      );
      return made.map((session) => ({
        subject: session.pk.slice('USER#'.length),
        refreshToken: format(session, 0),
      }));
    },
    refresh,
    // Like Supabase's global sign-out: delete the user's sessions.
    revokeAll: async (subject) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :session)',
          ConsistentRead: true,
          ExpressionAttributeValues: { ':pk': `USER#${subject}`, ':session': 'SESSION#' },
        }),
      );
      for (const { pk, sk } of Items) await client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    },
  };
};
