import { EventBridgeClient, type PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DomainEvent } from '../../../lambda/core/events.ts';
import { eventBridgeEvents } from '../../../lambda/events/event-bridge.ts';
import { eventsOnDemand } from '../../../lambda/events/events-on-demand.ts';
import { putOn } from '../../../lambda/events/put-events.ts';
import { captureLog } from '../../support/capture-log.ts';

/** PutEvents answers 200 although it refused some of the events. */

/** The subjects of each request, in order. */
let requests: string[][];
/** The error code for a subject in a given request; undefined: taken. */
let refuse: (subject: string, request: number) => string | undefined;

beforeEach(() => {
  requests = [];
  refuse = () => undefined;
  vi.spyOn(EventBridgeClient.prototype, 'send').mockImplementation((async ({ input }: PutEventsCommand) => {
    const subjects = (input.Entries ?? []).map(
      ({ Detail = '' }) => (JSON.parse(Detail) as { subject: string }).subject,
    );
    requests.push(subjects);
    const results = subjects.map((subject) => ({ EventId: 'e', ErrorCode: refuse(subject, requests.length) }));
    return { Entries: results, FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length };
  }) as never);
});
afterEach(() => void vi.restoreAllMocks());

const event = (subject: string): DomainEvent => ({ type: 'SubjectDeleted', subject });
const put = putOn('bus', { maxAttempts: 2, connectionTimeout: 500, requestTimeout: 1000 });

test('only what was refused is sent again', async () => {
  refuse = (subject, request) => (subject === 'b' && request === 1 ? 'ThrottlingException' : undefined);
  await put(['a', 'b', 'c'].map(event));
  expect(requests).toEqual([['a', 'b', 'c'], ['b']]);
});

test('what is refused twice is an error that names the codes, once each', async () => {
  refuse = (subject) => (subject === 'a' ? undefined : 'InternalFailure');
  await expect(put(['a', 'b', 'c'].map(event))).rejects.toMatchObject({
    name: 'EventRefused',
    message: expect.stringMatching(/\(InternalFailure\)$/),
  });
  expect(requests).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c'],
  ]);
});

test('ten at once', async () => {
  const subjects = Array.from({ length: 21 }, (_, index) => `s${index}`);
  await put(subjects.map(event));
  expect(requests.map(({ length }) => length)).toEqual([10, 10, 1]);
  expect(requests.flat()).toEqual(subjects);
});

test('a client that is loaded with the first event publishes every event', async () => {
  const events = eventsOnDemand('bus');
  await Promise.all([events.publish([event('a')]), events.publish([event('b')])]);
  await events.publish([event('c')]);
  expect(requests.toSorted()).toEqual([['a'], ['b'], ['c']]);
});

test('and is created once', async () => {
  const events = eventsOnDemand('bus');
  for (const subject of ['a', 'b', 'c']) await events.publish([event(subject)]);
  expect(new Set(vi.mocked(EventBridgeClient.prototype.send).mock.contexts).size).toBe(1);
});

test('a client that cannot be loaded fails no request: the log says so, and the next event tries again', async () => {
  const log = captureLog();
  const load = vi.fn(() => {
    throw new TypeError('the file cannot be read');
  });
  vi.resetModules();
  vi.doMock('../../../lambda/events/event-bridge.ts', load);
  const { eventsOnDemand } = await import('../../../lambda/events/events-on-demand.ts');
  const events = eventsOnDemand('bus');
  await events.publish([event('a')]);
  expect(log.all()).toMatchObject([{ level: 'error', route: 'events', outcome: 'unpublished' }]);
  vi.doUnmock('../../../lambda/events/event-bridge.ts');
  vi.resetModules();
  await events.publish([event('b')]);
  expect(requests).toEqual([['b']]);
});

describe('publishing never fails a request, and the log counts it', () => {
  const published = async () => {
    const log = captureLog();
    await eventBridgeEvents('bus').publish([event('a')]);
    return log.all();
  };

  test('a bus that refuses', async () => {
    refuse = () => 'ThrottlingException';
    const error = { name: 'EventRefused' };
    expect(await published()).toMatchObject([{ level: 'error', route: 'events', outcome: 'unpublished', error }]);
  });

  test('a bus that does not answer', async () => {
    const error = Object.assign(new Error('no'), { name: 'TimeoutError' });
    vi.spyOn(EventBridgeClient.prototype, 'send').mockRejectedValue(error as never);
    expect(await published()).toMatchObject([{ outcome: 'unpublished', error: { name: 'TimeoutError' } }]);
  });
});
