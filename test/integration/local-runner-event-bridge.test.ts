import { describe, expect, test, vi } from 'vitest';
import type { LocalService } from '../../local/service.ts';
import type { FixtureOptions } from '../support/local-fixture.ts';
import { serveForTest } from './support/local-runner.ts';

describe('EventBridge', () => {
  const rule = (Properties: object) => ({
    Type: 'AWS::Events::Rule',
    Properties: { EventBusName: { Ref: 'Bus' }, ...Properties },
  });
  const target = {
    Targets: [
      {
        Id: 'T',
        Arn: { 'Fn::GetAtt': ['Target', 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
      },
    ],
  };
  const options: FixtureOptions = {
    functions: { Target: `console.log(JSON.stringify(event)); if (event.detail.fail) throw new Error('refused');` },
    routes: { 'GET /': { to: 'Target' } },
    resources: {
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
      Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
      Rule: rule({ EventPattern: { source: ['app'], detail: { kind: ['a', { prefix: 'b' }] } }, ...target }),
    },
  };
  const put = async ({ endpoints }: LocalService, Entries: readonly object[]): Promise<Record<string, unknown>> => {
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' };
    const response = await fetch(endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE ?? '', {
      method: 'POST',
      headers,
      body: JSON.stringify({ Entries }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const entry = (detail: object, Source = 'app', EventBusName = 'bus') => ({
    EventBusName,
    Source,
    DetailType: 'thing',
    Detail: JSON.stringify(detail),
  });
  const seenBy = ({ logs }: LocalService): readonly string[] => logs.map(({ line }) => line);

  test('hands the events that fit a rule of their bus to its function, those alone', async () => {
    const service = await serveForTest(options);
    service.advance(3_600);
    const arn = 'arn:aws:events:us-east-1:000000000000:event-bus/bus';
    const entries = [
      entry({ kind: 'x' }),
      entry({ kind: 'a' }, 'other'),
      entry({ kind: 'a' }, 'app', 'default'),
      entry({ kind: 'bee' }, 'app', arn),
      { Detail: '{' },
    ];
    expect(await put(service, entries)).toMatchObject({ FailedEntryCount: 1 });
    await vi.waitFor(() => expect(seenBy(service)).toHaveLength(1), 5_000);
    const event = JSON.parse(seenBy(service)[0] ?? '') as { time: string };
    expect(event).toMatchObject({
      source: 'app',
      'detail-type': 'thing',
      detail: { kind: 'bee' },
      region: 'us-east-1',
    });
    expect(Date.parse(event.time) - Date.now()).toBeGreaterThan(3_500_000);
    expect(service.events).toHaveLength(4);
  });
  test('tries again, and says when it gives up', async () => {
    const service = await serveForTest(options);
    await put(service, [entry({ kind: 'a', fail: true })]);
    await vi.waitFor(() => expect(seenBy(service).at(-1)).toMatch(/^gave up on event .*: refused$/), 5_000);
    expect(seenBy(service).filter((line) => line.startsWith('{'))).toHaveLength(3);
  });
  test('does not start with a pattern that it cannot follow', async () => {
    const resources = {
      ...options.resources,
      Rule: rule({ EventPattern: { source: [{ 'anything-but': 'x' }] }, ...target }),
    };
    await expect(serveForTest({ ...options, resources })).rejects.toThrow(
      'Rule: the local run supports only patterns of values, prefix and exists',
    );
  });
});
