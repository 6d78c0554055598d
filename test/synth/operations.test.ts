import { App, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { metricNamespace, metrics } from '../../lambda/contract/metrics.ts';
import { only, resources, synth, target } from './support/synth.ts';

const { template } = synth({ detailedMonitoring: true });

describe('the topic', () => {
  test('of our own lets the alarms of this account publish, over TLS alone, and is an output', () => {
    const [topic] = only(template, 'AWS::SNS::Topic', /./);
    const [, policy] = only(template, 'AWS::SNS::TopicPolicy', /./);
    expect(policy.Properties.Topics).toEqual([{ Ref: topic }]);
    expect(policy.Properties.PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', expect.arrayContaining([':alarm:*'])] } },
          },
        },
      ],
    });
    template.hasOutput('AlarmTopicArn', { Value: { Ref: topic } });
  });

  test("can be replaced by the team's own", () => {
    const alarmTopic = Topic.fromTopicArn(new Stack(new App()), 'Theirs', 'arn:aws:sns:eu-central-1:111122223333:page');
    const { template: own } = synth({ alarmTopic });
    own.resourceCountIs('AWS::SNS::Topic', 0);
    own.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [alarmTopic.topicArn] });
    own.hasOutput('AlarmTopicArn', { Value: alarmTopic.topicArn });
  });
});

const threshold = (found: typeof template, id: RegExp) =>
  only(found, 'AWS::CloudWatch::Alarm', id)[1].Properties.Threshold;

describe('alarms', () => {
  test('take other thresholds; that of the keys follows their rotation', () => {
    const { template: own } = synth({ alarms: { reusedTokens: 50 }, keyRotationDays: 7 });
    expect(threshold(own, /ReusedTokens/)).toBe(50);
    expect(threshold(own, /ImpossibleTokens/)).toBe(1);
    expect(threshold(own, /KeyAgeSigning/)).toBe(10);
    expect(threshold(synth({ alarms: { keyAge: 99 } }).template, /KeyAgeRatchet/)).toBe(99);
  });

  test('can be left out, and the topic with them', () => {
    const { template: own } = synth({ alarms: false });
    own.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    own.resourceCountIs('AWS::SNS::Topic', 0);
    expect(own.findOutputs('AlarmTopicArn')).toEqual({});
  });
});

describe('by default', () => {
  const { template: usual } = synth();
  const names = (found: typeof template) =>
    [...resources(found, 'AWS::CloudWatch::Alarm').keys()].map((id) =>
      id.replace(/^TokenServiceOperationsAlarms(.*)........$/, '$1'),
    );

  test('there is no dashboard', () => {
    usual.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });

  test('stolen tokens, keys, lost work and what users notice raise an alarm', () => {
    expect(names(usual).sort()).toEqual([
      ...['DeadLetters', 'ImpossibleTokens', 'KeyAgeRatchet', 'KeyAgeSigning', 'RefreshLatency'],
      ...['RefusedAccessTokens', 'ReusedTokens', 'ServerErrors', 'UnpublishedEvents'],
    ]);
  });

  test('an alarm with a threshold of its own is there too, and the rest only with detailed monitoring', () => {
    const { template: own } = synth({ alarms: { tableThrottles: 3, reusedTokens: 5 } });
    expect(names(own).filter((name) => !names(usual).includes(name))).toEqual(['TableThrottles']);
    expect(threshold(own, /TableThrottles/)).toBe(3);
    expect(names(template).length).toBeGreaterThan(names(usual).length + 10);
  });
});

describe('the dashboard', () => {
  const [, { Properties }] = only(template, 'AWS::CloudWatch::Dashboard', /./);
  const [, parts] = (Properties.DashboardBody as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  const text = parts.map((part) => (typeof part === 'string' ? part : target(part))).join('');
  const { widgets } = JSON.parse(text) as { widgets: { type: string; properties: Record<string, unknown> }[] };
  const graphs = widgets.filter(({ type }) => type === 'metric').map(({ properties }) => properties);
  const shown = graphs.flatMap(({ metrics: list }) => list as unknown[][]);

  test('has a graph for each question', () => {
    expect(graphs.map(({ title }) => title)).toEqual([
      ...['Logins by outcome', 'Refreshes by outcome', 'Reused and impossible tokens'],
      ...['Authorizer: refusals by reason', 'Time, median (ms)', 'Time, 99th percentile (ms)'],
      ...['Revocations by route', 'Guessing: throttled', 'Signals by outcome, events unpublished'],
      ...['Errors: API', 'Errors: 500 and 503 by reason', 'Errors: functions'],
      ...['DynamoDB: units', 'Age of the keys (days)', 'Dead letters'],
    ]);
  });

  test('shows every metric that the functions emit, with its own dimensions, and no other of that namespace', () => {
    const direct = shown
      .filter(([namespace]) => namespace === metricNamespace)
      .map(([, name, ...rest]) => [name, rest.filter((part, index) => index % 2 === 0 && typeof part === 'string')]);
    const searched = shown.flatMap(([first]) => {
      const { expression = '' } = (typeof first === 'object' ? first : {}) as { expression?: string };
      const [, schema = '', name] = /^SEARCH\('\{Pawl,([\w,]+)\} MetricName="(\w+)"/.exec(expression) ?? [];
      return name === undefined ? [] : [[name, schema.split(',')] as const];
    });
    const found = [...direct, ...searched] as (readonly [string, readonly string[]])[];
    for (const [name, dimensions] of found) {
      const known = Object.entries(metrics).find(([metric]) => metric === name)?.[1];
      expect([...dimensions].sort(), name).toEqual(known && ['service', ...known.by].sort());
    }
    // What the authorizer's graph by reason has shown, the alarm adds up.
    const names = Object.keys(metrics).filter((name) => name !== 'badAccessTokens');
    expect([...new Set(found.map(([name]) => name))].sort()).toEqual(names.sort());
  });
});

describe('X-Ray', () => {
  test('is off, and no function may use it', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/xray|TracingConfig/i);
  });

  test('as asked: every function, with the two actions that it takes', () => {
    const { template: traced } = synth({ tracing: true });
    traced.allResourcesProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' } });
    const statements = [...resources(traced, 'AWS::IAM::Policy').values()].flatMap(
      ({ Properties: policy }) =>
        (policy.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement,
    );
    const tracing = statements.filter(({ Action }) => JSON.stringify(Action).includes('xray:'));
    expect(tracing).toHaveLength(resources(traced, 'AWS::Lambda::Function').size);
    for (const { Action, Resource } of tracing) {
      expect([...Action].sort()).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
      expect(Resource).toBe('*');
    }
  });
});
