import { table as names } from '../../lambda/contract/table.ts';
import { accountAllows } from '../../lambda/core/account.ts';
import { tombstoneEndedAt } from '../../lambda/core/retention.ts';
import type { Session } from '../../lambda/core/session.ts';
import { QueryCommand } from '../../lambda/store/document-client.ts';
import { request, type Table } from '../../lambda/store/dynamo.ts';
import { type Item, isAccount, isSession, partitionOf } from '../../lambda/store/items.ts';
import { toAccount, toSession } from '../../lambda/store/read-items.ts';

/** A session and its state. */
export interface SeenSession {
  readonly session: Session;
  /** `live`, or why the session ended. */
  readonly state: string;
  /** When it ends without a refresh, epoch milliseconds. */
  readonly idleExpiry: number;
  /** When it ended, epoch milliseconds; undefined if it is live, or if the account ended it without a write. */
  readonly endedAt: number | undefined;
}

const dayMs = 86_400_000;

/** All sessions of a subject that the table still has, the most recently used first. Strongly consistent. */
export async function sessionsOf(subject: string, table: Table, nowMs: number): Promise<readonly SeenSession[]> {
  const items = await readPartition(subject, table);
  const accountItem = items.find((item) => isAccount(item) && item.deletedAt === undefined);
  const account = accountItem && toAccount(accountItem);
  const seen = items.filter(isSession).map((item) => {
    const session = toSession(item);
    const expiresAt = Number(item[names.timeToLive]);
    // Each rotation sets it to one day after the idle timeout.
    const idleExpiry = expiresAt * 1000 - dayMs;
    const state = stateOf(session, idleExpiry, nowMs, accountAllows(account, session));
    const expiry = state === 'expired' ? Math.min(session.absoluteExpiry, idleExpiry) : undefined;
    const endedAt = session.status === 'revoked' ? tombstoneEndedAt(expiresAt) : expiry;
    return { session, idleExpiry, state, endedAt };
  });
  return seen.toSorted((a, b) => b.session.rotatedAt - a.session.rotatedAt);
}

export async function liveSessions(subject: string, table: Table, nowMs: number): Promise<readonly SeenSession[]> {
  return (await sessionsOf(subject, table, nowMs)).filter(({ state }) => state === 'live');
}

function stateOf(session: Session, idleExpiry: number, nowMs: number, allowed: boolean): string {
  if (session.status === 'revoked') return session.revokedReason ?? 'revoked';
  if (session.absoluteExpiry <= nowMs || idleExpiry <= nowMs) return 'expired';
  return allowed ? 'live' : 'account_dead';
}

async function readPartition(subject: string, table: Table): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const command: QueryCommand = new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partitionOf(subject) },
      ConsistentRead: true,
      ExclusiveStartKey: from,
    });
    const page = await request(() => table.client.send(command));
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
