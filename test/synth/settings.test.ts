import { describe, expect, test } from 'vitest';
import { readContext } from '../../lib/context.ts';
import { resolveSettings } from '../../lib/resolve-settings.ts';
import { settingNames } from '../../lib/settings-table.ts';
import { now } from './support/settings-faults.ts';

const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

test('defaults', () => {
  expect(resolveSettings({}, now)).toEqual({
    accessTokenTtlSeconds: 600,
    triesPerAddress: 100,
    knownTriesPerAddress: 1000,
    loginReservedConcurrency: 0,
    keyRotationDays: 30,
    logAllowedCalls: false,
    detailedMonitoring: false,
    refreshIdleTtlSeconds: 1_209_600,
    refreshAbsoluteTtlSeconds: 7_776_000,
    graceSeconds: 30,
    rotationFloorSeconds: 50,
    maxSessionsPerUser: 50,
    authorizerCacheSeconds: 0,
    maxRevocationDelaySeconds: 900,
    sessionsNotBefore: 0,
    allowedOrigins: [],
    allowedHeaders: [],
    allowedMethods: [],
    exposedHeaders: [],
    clients: [],
    publicUrl: undefined,
    issuer: undefined,
    audience: undefined,
    domain: undefined,
  });
});

test('text from -c and values from props come to the same', () => {
  const props = {
    accessTokenTtlSeconds: 60,
    maxSessionsPerUser: 3,
    logAllowedCalls: true,
    detailedMonitoring: false,
    allowedOrigins: ['https://a.example', 'http://localhost:5173'],
    sessionsNotBefore: 1_700_000_000,
    allowedHeaders: ['Baggage', 'sentry-trace', 'baggage'],
    clients: ['web', 'phone'],
    publicUrl: 'https://api.example.com/v1',
    audience: 'orders',
    domainName: 'auth.example.com',
    certificateArn,
  };
  const text = {
    ...props,
    accessTokenTtlSeconds: '60',
    maxSessionsPerUser: '3',
    logAllowedCalls: 'true',
    detailedMonitoring: 'false',
    allowedOrigins: 'https://a.example, http://localhost:5173',
    sessionsNotBefore: '1700000000',
    allowedHeaders: 'Baggage, sentry-trace baggage',
    clients: 'web phone',
  };
  expect(resolveSettings(text, now)).toEqual(resolveSettings(props, now));
  expect(resolveSettings(props, now).domain).toEqual({ name: 'auth.example.com', certificateArn });
});

test('the floor follows the grace', () => {
  expect(resolveSettings({ graceSeconds: 5 }, now).rotationFloorSeconds).toBe(25);
  expect(resolveSettings({ graceSeconds: 0 }, now).rotationFloorSeconds).toBe(0);
  expect(resolveSettings({ rotationFloorSeconds: 51 }, now).rotationFloorSeconds).toBe(51);
});

test('sessionsNotBefore takes an instant and rounds it up', () => {
  expect(resolveSettings({ sessionsNotBefore: '2025-05-31T23:59:58.001Z' }, now).sessionsNotBefore).toBe(
    now / 1000 - 1,
  );
  expect(resolveSettings({ sessionsNotBefore: '2025-05-31T12:00:00+12:00' }, now).sessionsNotBefore).toBe(
    now / 1000 - 86_400,
  );
});

describe('context', () => {
  test("is read beside the CDK's own keys", () => {
    const context = {
      'aws:cdk:version-reporting': true,
      '@aws-cdk/core:flag': true,
      'availability-zones:account=1': [],
      graceSeconds: '5',
    };
    expect(readContext(context)).toEqual({ stackName: 'Pawl', settings: { graceSeconds: '5' } });
    expect(readContext({ stackName: 'Login-Test' }).stackName).toBe('Login-Test');
  });

  test('a misspelled setting is refused with the likely name and the list of settings', () => {
    expect(() => readContext({ accessTokenTTL: '60', colour: '1' })).toThrow(
      `accessTokenTTL is not a setting: did you mean accessTokenTtlSeconds?\n  - colour is not a setting\n  - the settings are stackName, ${settingNames.join(', ')}`,
    );
  });

  test.each([
    ['acessTokenTtl', 'accessTokenTtlSeconds'],
    ['graceSecs', 'graceSeconds'],
    ['gracseconds', 'graceSeconds'],
    ['allowedOrigin', 'allowedOrigins'],
    ['refreshIdleTTLSeconds', 'refreshIdleTtlSeconds'],
    ['stackname', 'stackName'],
    ['maxSessions', 'maxSessionsPerUser'],
  ])('%s: did you mean %s?', (typed, meant) => {
    expect(() => readContext({ [typed]: '1' })).toThrow(`${typed} is not a setting: did you mean ${meant}?\n`);
  });

  test('a stack name that CloudFormation refuses is refused', () => {
    expect(() => readContext({ stackName: '1 stack' })).toThrow(/stackName must start with a letter/);
  });
});
