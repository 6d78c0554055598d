import { Unavailable } from '../../lambda/core/errors.ts';
import { DynamoAccounts } from '../../lambda/store/dynamo-accounts.ts';
import { DynamoSessionStore } from '../../lambda/store/dynamo-session-store.ts';
import type { Intercept, ProxiedCall } from '../../test/support/counting-proxy.ts';
import { openDynamo } from '../../test/support/dynamo-under-test.ts';
import { delayAnswer, failInternally, loseAnswer, reset, throttle } from '../../test/support/fault-proxy.ts';
import { Rng } from './rng.ts';
import type { Stats } from './stats.ts';
import type { OpenStores } from './world.ts';

/** The request arrives twice; the second answer counts. */
const duplicate: Intercept = async (_call, forward) => {
  await forward();
  return forward();
};

const faults: readonly (readonly [readonly [string, Intercept], number])[] = [
  [['delay', delayAnswer(15)], 25],
  [['drop', reset], 15],
  [['lose', loseAnswer], 20],
  [['duplicate', duplicate], 20],
  [['throttle', throttle], 4],
  [['error 500', failInternally], 10],
  [['reset', reset], 6],
];

/**
 * The probability that one request fails, and the probability that a series of failures begins that outlasts the SDK's
 * three attempts.
 */
const harm = 0.03;
const stormHarm = 0.004;

/** The real stores on an embedded DynamoDB, behind a fault-injecting proxy. One engine for all worlds. */
export async function openDynoxide(seed: number, stats: Stats): Promise<{ open: OpenStores; stop(): Promise<void> }> {
  const dynamo = await openDynamo('dynoxide');
  const rng = new Rng(seed);
  let stormLeft = 0;
  dynamo.proxy.intercept((call, forward) => {
    dynamo.proxy.clear();
    if (opensAccount(call)) return forward();
    if (stormLeft === 0 && rng.chance(stormHarm)) stormLeft = rng.between(3, 8);
    const stormy = stormLeft > 0;
    if (stormy) stormLeft -= 1;
    if (!stormy && !rng.chance(harm)) return forward();
    const [name, fault] = rng.weighted(faults);
    stats.count('fault at the table', name);
    return fault(call, forward);
  });
  let operations = 0;
  const newOperationId = () => {
    operations += 1;
    return `write ${operations}`;
  };
  const open: OpenStores = async (accounts) => {
    const store = new DynamoAccounts(dynamo.table, newOperationId);
    for (const account of accounts) await store.create(account, 0);
    return {
      sessions: new DynamoSessionStore(dynamo.table, newOperationId),
      accounts: store,
      exact: false,
      beside: ({ stores }, policy) => ({
        sessions: stores.dynamoSessions(dynamo.table, policy, newOperationId),
        accounts: new stores.DynamoAccounts(dynamo.table, newOperationId),
      }),
      deleteExpired: async (nowMs) => {
        for (const { subject } of accounts) await deleteExpired(subject, nowMs);
      },
      check: () => {},
    };
  };

  async function deleteExpired(subject: string, nowMs: number): Promise<void> {
    try {
      for (const { sessionId } of (await dynamo.accounts.readWithSessions(subject)).sessions) {
        const expiresAt = await dynamo.expiresAt(subject, sessionId);
        if (expiresAt !== undefined && expiresAt * 1000 < nowMs) await dynamo.deleteSession(subject, sessionId);
      }
    } catch (error) {
      // TTL deletion happens at an arbitrary time.
      if (!(error instanceof Unavailable)) throw error;
    }
  }

  return { open, stop: () => dynamo.stop() };
}

/** Create the users before any fault is injected. */
function opensAccount({ operation, input }: ProxiedCall): boolean {
  const key = (input.Item as { pk?: { S?: string }; sk?: { S?: string } } | undefined) ?? {};
  return operation === 'PutItem' && (key.sk?.S === 'ACCOUNT' || String(key.pk?.S).startsWith('LOGIN#'));
}
