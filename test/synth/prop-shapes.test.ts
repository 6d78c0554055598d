import { App, Duration, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { PawlStack } from '../../lib/pawl-stack.ts';
import { SettingsError } from '../../lib/settings-reader.ts';
import { TokenAuthorizer } from '../../lib/token-authorizer.ts';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';
import { bundles } from './support/synth.ts';
import { faultsOf, outcome, withTeam } from './support/team.ts';

/** Mistakes of callers without types. */

const arn = 'arn:aws:iam::111122223333:policy/boundary';

describe('a service', () => {
  test.each([
    [{ graceSecond: 60 }, 'graceSecond is not a prop of TokenService: did you mean graceSeconds?'],
    [{ alowedOrigins: [] }, 'alowedOrigins is not a prop of TokenService: did you mean allowedOrigins?'],
    [{ encriptionKey: {} }, 'encriptionKey is not a prop of TokenService: did you mean encryptionKey?'],
    [{ vpc: {} }, 'vpc is not a prop of TokenService'],
    [{ table: 'sessions' }, 'table must be a Table, not its name or ARN'],
    [{ httpApi: 'a1b2c3' }, 'httpApi must be an HttpApi, not its name or ARN'],
    [{ httpApi: { restApiId: 'a1b2c3' } }, 'httpApi must be an HttpApi, not its name or ARN'],
    [{ encryptionKey: arn }, 'encryptionKey must be a Key, not its name or ARN'],
    [{ permissionsBoundary: arn }, 'permissionsBoundary must be a ManagedPolicy, not its name or ARN'],
    [{ eventBus: 'bus' }, 'eventBus must be an EventBus, not its name or ARN'],
    [{ alarmTopic: arn }, 'alarmTopic must be a Topic, not its name or ARN'],
    [{ users: async () => null }, 'users must be a Lambda function, not its name or ARN'],
    [{ migrate: null }, 'migrate must be a Lambda function, not its name or ARN'],
    [{ memorySize: 1024 }, 'memorySize must be an object of MB by function, not 1024'],
    [{ throttle: 100 }, 'throttle must be an object with rateLimit, burstLimit, not 100'],
    [{ throttle: { rate: 1, burst: 1 } }, 'throttle must be an object with rateLimit, burstLimit'],
    [{ alarms: 'false' }, 'alarms must be false, or an object of thresholds, not "false"'],
    [{ removalPolicy: 'DESTROY' }, 'removalPolicy must be one of RemovalPolicy, not "DESTROY"'],
    [{ logRetention: 31 }, 'logRetention must be one of RetentionDays, not 31'],
    [{ logRetention: Duration.days(30) }, 'logRetention must be one of RetentionDays'],
    [{ exampleRoute: 'false' }, 'exampleRoute must be true or false, not "false"'],
    [{ tracing: 'true' }, 'tracing must be true or false, not "true"'],
    [{ bundles: 7 }, 'bundles must be text, not 7'],
  ])('%j is refused', (wrong, fault) => {
    expect(faultsOf(() => wrong as unknown as TokenServiceProps)).toEqual([fault]);
  });

  test('with several mistakes: all at once, and those of settings', () => {
    const wrong = { graceSecond: 60, table: 'sessions', rotationFloorSeconds: -1 } as unknown as TokenServiceProps;
    expect(faultsOf(() => wrong)).toHaveLength(3);
  });

  test('ignores a prop that is undefined', () => {
    withTeam(() => ({ vpc: undefined, table: undefined }) as unknown as TokenServiceProps);
  });
});

test('a setting beside the prop service of a stack is refused', () => {
  const props = { service: { bundles }, graceSeconds: 60 };
  const error = outcome(() => new PawlStack(new App(), 'Pawl', props));
  expect(error).toEqual(new SettingsError(['graceSeconds belongs in the prop service']));
});

test.each([
  [{ cacheSeconds: 60 }, /^cacheSeconds is not a prop of TokenAuthorizer/],
  [{ graceSeconds: 60 }, /^graceSeconds is not a prop of TokenAuthorizer/],
  [{ permissionsBoundary: arn }, /^permissionsBoundary must be a ManagedPolicy/],
  [{ logAllowedCalls: 'false' }, /^logAllowedCalls must be true or false/],
])('an authorizer with %j is refused', (wrong, fault) => {
  const props = { issuer: 'https://auth.example.com', audience: 'api', bundles, ...wrong };
  const error = outcome(() => new TokenAuthorizer(new Stack(), 'Authorizer', props as never));
  expect((error as SettingsError).faults).toEqual([expect.stringMatching(fault)]);
});

test('an authorizer without props is refused', () => {
  const error = outcome(() => new TokenAuthorizer(new Stack(), 'Authorizer', undefined as never));
  expect((error as SettingsError).faults).toEqual(['issuer is needed', 'audience is needed']);
});

describe('a certificate', () => {
  const env = { account: '111122223333', region: 'eu-central-1' };
  const domain = (region: string, account: string) => ({
    bundles,
    domainName: 'auth.example.com',
    certificateArn: `arn:aws:acm:${region}:${account}:certificate/12345678-1234-1234-1234-123456789012`,
  });

  test.each([
    ['us-east-1', env.account, 'the region us-east-1, but must be in that of the stack, eu-central-1'],
    [env.region, '444455556666', 'the account 444455556666, but must be in that of the stack, 111122223333'],
  ])('of %s and %s is refused at synth', (region, account, fault) => {
    const stack = new Stack(new App(), 'Team', { env });
    const error = outcome(() => new TokenService(stack, 'Service', domain(region, account)));
    expect((error as SettingsError).faults).toEqual([`certificateArn is in ${fault}`]);
  });

  test("of the stack's own region is taken, and any by a stack whose region is not known", () => {
    new TokenService(new Stack(new App(), 'Team', { env }), 'Service', domain(env.region, env.account));
    new TokenService(new Stack(new App(), 'Team'), 'Service', domain('us-east-1', '444455556666'));
  });
});

test('the outputs of a second service are refused, with the reason', () => {
  const { stack } = withTeam(() => ({}));
  stack.service.outputs();
  const second = new TokenService(stack, 'Second', { bundles });
  expect(() => second.outputs()).toThrow(/^outputs\(\) of Team\/Second: the stack already has ApiUrl\. Call it once/);
});
