import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import type { SettingsError } from '../../lib/settings-reader.ts';
import type { TokenServiceProps } from '../../lib/token-service.ts';
import { only, resources, synth, target } from './support/synth.ts';
import { faultsOf, outcome, usersOf, withTeam } from './support/team.ts';

const keys = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
};
const ids = (template: Template, type: string) => [...resources(template, type).keys()];

describe('by default', () => {
  test('there is nothing of what only these props bring', () => {
    const { template } = synth();
    const text = JSON.stringify(template.toJSON());
    for (const trace of [
      'kms:',
      'KmsMasterKeyId',
      'KmsKeyId',
      'SSESpecification',
      'PermissionsBoundary',
      'VpcConfig',
    ]) {
      expect(text).not.toContain(trace);
    }
  });
});

describe('table', () => {
  const table = (stack: Stack) => new Table(stack, 'Own', { ...keys, timeToLiveAttribute: 'expiresAt' });
  const { template, stack } = withTeam((stack) => ({ table: table(stack) }));
  const [own] = ids(template, 'AWS::DynamoDB::Table');

  test('is the only one, and the functions know it', () => {
    expect(ids(template, 'AWS::DynamoDB::Table')).toEqual([expect.stringMatching(/^Own/)]);
    const [, { Properties }] = only(template, 'AWS::Lambda::Function', /Refresh/);
    expect((Properties.Environment as { Variables: object }).Variables).toMatchObject({ TABLE_NAME: { Ref: own } });
    expect(target(stack.resolve(stack.service.table.tableName))).toBe(own);
  });

  test('its permissions are those on a table of our own', () => {
    const actions = (found: Template, table: RegExp) =>
      [...resources(found, 'AWS::IAM::Policy')].flatMap(([id, { Properties }]) =>
        (Properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] }).Statement.filter(
          ({ Resource }) => table.test(target(Resource)),
        ).map(({ Action }) => [id, Action]),
      );
    expect(actions(template, /^Own/)).toEqual(actions(synth().template, /AuthTable/));
    expect(actions(template, /^Own/)).toHaveLength(6);
  });

  test.each([
    ['imported', (stack: Stack) => Table.fromTableName(stack, 'Own', 'sessions')],
    ['a TableV2', (stack: Stack) => new TableV2(stack, 'Own', { ...keys, timeToLiveAttribute: 'expiresAt' })],
  ])('may be %s', (_, make) => {
    const { template: found } = withTeam((stack) => ({ table: make(stack) }));
    found.resourceCountIs('AWS::DynamoDB::Table', 0);
  });

  test('with other keys, or without time to live, is refused before it is deployed', () => {
    const number = { ...keys, sortKey: { name: 'sk', type: AttributeType.NUMBER } };
    const keysFault = 'table must have the partition key pk and the sort key sk, both of type string';
    const ttlFault = 'table must have TTL enabled on expiresAt, or expired items accumulate';
    const timeToLiveAttribute = 'expiresAt';
    expect(faultsOf((stack) => ({ table: new Table(stack, 'A', { ...number, timeToLiveAttribute }) }))).toEqual([
      keysFault,
    ]);
    expect(
      faultsOf((stack) => ({ table: new Table(stack, 'A', { partitionKey: keys.partitionKey, timeToLiveAttribute }) })),
    ).toEqual([keysFault]);
    expect(faultsOf((stack) => ({ table: new Table(stack, 'A', keys) }))).toEqual([ttlFault]);
    expect(
      faultsOf((stack) => ({ table: new TableV2(stack, 'A', { ...number, timeToLiveAttribute: 'ttl' }) })),
    ).toEqual([keysFault, ttlFault]);
  });
});

describe('permissionsBoundary', () => {
  const arn = 'arn:aws:iam::111122223333:policy/Boundary';

  test('is on every role of the service, and on none besides', () => {
    const { template } = withTeam((stack) => {
      new Role(stack, 'Theirs', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      return { permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', arn) };
    });
    const roles = [...resources(template, 'AWS::IAM::Role')];
    const [bound, free] = [true, false].map((own) => roles.filter(([id]) => /^TokenService/.test(id) === own));
    expect(bound?.length).toBe(resources(synth({ exampleRoute: false }).template, 'AWS::IAM::Role').size);
    for (const [, { Properties }] of bound ?? []) expect(Properties.PermissionsBoundary).toBe(arn);
    expect(free?.map(([, { Properties }]) => Properties.PermissionsBoundary)).toEqual([undefined]);
  });
});

describe('memorySize', () => {
  const sizes = (props: TokenServiceProps) => {
    const { template } = synth(props);
    const all = [...resources(template, 'AWS::Lambda::Function')];
    return Object.fromEntries(
      all.map(([id, { Properties }]) => [/^TokenService(\w+?)Function/.exec(id)?.[1], Properties.MemorySize]),
    );
  };

  test('is set function by function, the others stay as they are', () => {
    expect(sizes({ memorySize: { login: 3008, authorizer: 256, refresh: 1024 } })).toEqual({
      ...sizes({}),
      Login: 3008,
      Authorizer: 256,
      Refresh: 1024,
    });
    expect(sizes({})).toMatchObject({ Login: 1769, Credentials: 1769, Refresh: 512, Authorizer: 512 });
  });

  test('outside of what Lambda takes is refused', () => {
    const error = outcome(() => synth({ memorySize: { login: 64, refresh: 1.5, authorizer: 20_000 } }));
    expect((error as SettingsError).faults).toHaveLength(3);
    const unknown = outcome(() => synth({ memorySize: { keys: 512 } as object }));
    expect((unknown as SettingsError).faults).toEqual([
      expect.stringMatching(/^memorySize has keys, which is not one of login/),
    ]);
  });
});

describe('migrate', () => {
  const { template } = withTeam((stack) => ({ migrate: usersOf(stack) }));

  test('only login may invoke the function, and the account routes stay', () => {
    const invoking = [...resources(template, 'AWS::IAM::Policy')].filter(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument).includes('lambda:InvokeFunction'),
    );
    const loginRole = /^TokenServiceLogin/;
    const byService = invoking.filter(([id]) => !/KeyRotation|Schedule/.test(id));
    expect(byService.map(([id]) => id)).toEqual([expect.stringMatching(loginRole)]);
    const [, { Properties }] = only(template, 'AWS::IAM::Policy', loginRole);
    expect((Properties.PolicyDocument as { Statement: readonly object[] }).Statement).toContainEqual({
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Users/), 'Arn'] },
    });
    const variables = [...resources(template, 'AWS::Lambda::Function')].filter(([, { Properties }]) =>
      JSON.stringify(Properties).includes('MIGRATE_FUNCTION'),
    );
    expect(variables.map(([id]) => id)).toEqual([expect.stringMatching(loginRole)]);
    expect(only(template, 'AWS::Lambda::Function', /Credentials/)).toBeDefined();
  });

  test('cannot be set together with users', () => {
    const both = faultsOf((stack) => ({ users: usersOf(stack), migrate: usersOf(new Stack(stack, 'Other')) }));
    expect(both).toEqual([expect.stringMatching(/^migrate cannot be set together with users/)]);
  });
});
