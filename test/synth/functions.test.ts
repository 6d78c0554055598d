import { describe, expect, test } from 'vitest';
import { type EnvSchema, isOptional } from '../../lambda/contract/env.ts';
import { type FunctionName, functions } from '../../lambda/contract/functions.ts';
import { allowedCallsVariable } from '../../lambda/contract/logging.ts';
import { serviceVariable } from '../../lambda/contract/metrics.ts';
import { only, resources, synth, target } from './support/synth.ts';
import { usersOf, withTeam } from './support/team.ts';

const { template } = synth();
/** `TokenAuthorizer` has these in stacks of their own. */
type OfTheService = Exclude<FunctionName, 'restAuthorizer' | 'websocketAuthorizer'>;
const constructIds: Readonly<Record<OfTheService, RegExp>> = {
  login: /Login/,
  refresh: /Refresh/,
  revoke: /Revoke/,
  sessions: /ServiceSessions/,
  credentials: /Credentials/,
  signals: /Signals/,
  metadata: /Metadata/,
  authorizer: /Authorizer/,
  me: /ServiceMeFunction/,
  keys: /SigningKeys/,
  rotateKeys: /KeyRotation/,
};

const requiredNames = (schema: EnvSchema) =>
  Object.keys(schema)
    .filter((name) => !isOptional(schema[name] ?? String))
    .sort();

/** The names in the environment of a function. */
function namesOf(found: typeof template, name: OfTheService): readonly string[] {
  const [, { Properties }] = only(found, 'AWS::Lambda::Function', constructIds[name]);
  const { Variables = {} } = Properties.Environment as { Variables?: Record<string, unknown> };
  return Object.keys(Variables)
    .filter((variable) => variable !== serviceVariable)
    .sort();
}

describe('functions', () => {
  test.each(Object.keys(constructIds) as OfTheService[])(
    '%s has exactly the variables of its contract row, without the optional ones',
    (name) => {
      const [, { Properties }] = only(template, 'AWS::Lambda::Function', constructIds[name]);
      const environment = Properties.Environment as { Variables?: Record<string, unknown> } | undefined;
      const { [serviceVariable]: service, ...variables } = environment?.Variables ?? {};
      expect(service).toBe('Pawl/TokenService');
      expect(Object.keys(variables).sort()).toEqual(requiredNames(functions[name].env));
      expect(Properties).toMatchObject({
        Timeout: functions[name].timeoutSeconds,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
    },
  );

  test('an optional name is there exactly where the team sets what it stands for', () => {
    const own = withTeam((stack) => ({ users: usersOf(stack), trustedProxy: 'x-client-address' })).template;
    const proxied = ['TRUSTED_PROXY_HEADER', 'TRUSTED_PROXY_SECRET'];
    const added = (name: OfTheService) => {
      const required = requiredNames(functions[name].env);
      return namesOf(own, name).filter((variable) => !required.includes(variable));
    };
    expect(added('login')).toEqual([...proxied, 'USERS_FUNCTION']);
    const migrating = withTeam((stack) => ({ migrate: usersOf(stack) })).template;
    expect(namesOf(migrating, 'login')).toEqual([...requiredNames(functions.login.env), 'MIGRATE_FUNCTION'].sort());
    expect(added('sessions')).toEqual(proxied);
    expect(added('refresh')).toEqual([]);
    expect(namesOf(synth({ trustedProxy: 'x-client-address' }).template, 'credentials')).toEqual(
      Object.keys(functions.credentials.env).sort(),
    );
  });

  test('there are no others', () => {
    template.resourceCountIs('AWS::Lambda::Function', Object.keys(constructIds).length);
  });

  test('numbers reach the environment as text that its parser reads', () => {
    const settings = {
      accessTokenTtlSeconds: 120,
      graceSeconds: 5,
      allowedOrigins: ['https://a.example', 'https://b.example'],
    };
    const [, { Properties }] = only(synth(settings).template, 'AWS::Lambda::Function', /Login/);
    expect((Properties.Environment as { Variables: unknown }).Variables).toMatchObject({
      ACCESS_TOKEN_TTL_SECONDS: '120',
      REFRESH_IDLE_TTL_SECONDS: '1209600',
      REFRESH_ABSOLUTE_TTL_SECONDS: '7776000',
      GRACE_SECONDS: '5',
      ROTATION_FLOOR_SECONDS: '25',
      SESSIONS_NOT_BEFORE: '0',
      MAX_SESSIONS_PER_USER: '50',
      ALLOWED_ORIGINS: 'https://a.example https://b.example',
    });
  });

  test('a login has a whole core for argon2id', () => {
    expect(only(template, 'AWS::Lambda::Function', /Login/)[1].Properties.MemorySize).toBe(1769);
  });

  test('each writes to its own log group, which has a retention period', () => {
    const groups = resources(template, 'AWS::Logs::LogGroup');
    const used = [...resources(template, 'AWS::Lambda::Function').values()].map(({ Properties }) =>
      target((Properties.LoggingConfig as { LogGroup: unknown }).LogGroup),
    );
    expect(used.sort()).toEqual([...groups.keys()].sort());
    for (const { Properties } of groups.values()) expect(Properties.RetentionInDays).toBe(90);
  });

  test("its lines are JSON, and Lambda's own are left out unless something is wrong", () => {
    for (const { Properties } of resources(template, 'AWS::Lambda::Function').values()) {
      // ApplicationLogLevel stays at INFO, the level of most of our lines.
      expect(Properties.LoggingConfig).toEqual({
        LogGroup: expect.anything(),
        LogFormat: 'JSON',
        SystemLogLevel: 'WARN',
      });
    }
  });

  test('the authorizer alone is told to log allowed calls, and only if asked to', () => {
    const told = (found: typeof template) =>
      [...resources(found, 'AWS::Lambda::Function')]
        .filter(([, { Properties }]) => JSON.stringify(Properties.Environment).includes(allowedCallsVariable))
        .map(([id]) => id);
    expect(told(template)).toEqual([]);
    expect(told(synth({ logAllowedCalls: true }).template)).toEqual([expect.stringMatching(/Authorizer/)]);
  });

  // A new account may have a quota of 10, and every account keeps 100 unreserved: any reservation can fail there.
  test('no function reserves concurrency by default', () => {
    const reserving = (found: typeof template) =>
      [...resources(found, 'AWS::Lambda::Function')]
        .filter(([, { Properties }]) => Properties.ReservedConcurrentExecutions !== undefined)
        .map(([id, { Properties }]) => `${id.slice(0, -8)} ${Properties.ReservedConcurrentExecutions}`);
    expect(reserving(template)).toEqual([]);
    expect(reserving(synth({ loginReservedConcurrency: 20 }).template)).toEqual(['TokenServiceLoginFunction 20']);
  });
});
