import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SignalLog } from '../../lambda/core/apply-signal.ts';

/** A log of signals to test. */
export interface SignalLogUnderTest {
  readonly signals: SignalLog;
  stop(): Promise<void>;
}

const now = 1_900_000_123_457;

/** What is remembered of the signals that were carried out. */
export function signalLogContract(open: () => Promise<SignalLogUnderTest>): void {
  let store: SignalLogUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());

  test('an id is known from the moment that it was added, and no other is', async () => {
    expect(await store.signals.has('e1')).toBe(false);
    await store.signals.add('e1', now);
    expect(await store.signals.has('e1')).toBe(true);
    for (const other of ['e', 'e11', 'E1', 'e1#', ' e1']) expect(await store.signals.has(other)).toBe(false);
  });

  test('an id may be added twice', async () => {
    await store.signals.add('e2', now);
    await store.signals.add('e2', now + 1);
    expect(await store.signals.has('e2')).toBe(true);
  });

  test('the longest id that a sender can make is remembered', async () => {
    const longest = (last: string) =>
      JSON.stringify(['UserLoggedOutEverywhere', `${'🔑'.repeat(63)}${last}`, '密'.repeat(128)]);
    await store.signals.add(longest('a'), now);
    expect(await store.signals.has(longest('a'))).toBe(true);
    expect(await store.signals.has(longest('b'))).toBe(false);
  });
}
