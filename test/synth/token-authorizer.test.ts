import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration, WebSocketMockIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { functions } from '../../lambda/contract/functions.ts';
import { serviceVariable } from '../../lambda/contract/metrics.ts';
import { SettingsError } from '../../lib/settings-reader.ts';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../lib/token-authorizer.ts';
import { testKey } from '../examples/support/issuer.ts';
import { bundles, only, resources } from './support/synth.ts';
import { outcome } from './support/team.ts';

const told = { issuer: 'https://auth.example.com', audience: 'orders' };

type Guard = (scope: Construct, authorizer: TokenAuthorizer) => void;

const guards = {
  httpApi: (scope, authorizer) => {
    const integration = new HttpUrlIntegration('Url', 'https://orders.example.com');
    const methods = [HttpMethod.GET];
    new HttpApi(scope, 'Api').addRoutes({ path: '/orders', methods, integration, authorizer: authorizer.forHttpApi() });
  },
  restApi: (scope, authorizer) => {
    const orders = new RestApi(scope, 'Api').root.addResource('orders');
    for (const method of ['GET', 'POST']) {
      orders.addMethod(method, new MockIntegration(), { authorizer: authorizer.forRestApi() });
    }
  },
  webSocketApi: (scope, authorizer) => {
    const integration = new WebSocketMockIntegration('Connect');
    new WebSocketApi(scope, 'Api', {
      connectRouteOptions: { integration, authorizer: authorizer.forWebSocketApi() },
    });
  },
} as const satisfies Record<string, Guard>;

function synth(guard: Guard, props: Partial<TokenAuthorizerProps> = {}) {
  const stack = new Stack(new App(), 'Orders');
  guard(stack, new TokenAuthorizer(stack, 'Authorizer', { ...told, bundles, ...props }));
  return Template.fromStack(stack);
}

const cases = [
  ['httpApi', 'authorizer'],
  ['restApi', 'restAuthorizer'],
  ['webSocketApi', 'websocketAuthorizer'],
] as const;

describe.each(cases)('%s', (kind, row) => {
  const template = synth(guards[kind]);
  const [, { Properties }] = only(template, 'AWS::Lambda::Function', /^Authorizer/);

  test('has one function, with exactly the environment of its contract row', () => {
    const { [serviceVariable]: service, ...own } = (Properties.Environment as { Variables: Record<string, unknown> })
      .Variables;
    expect(service).toBe('Orders/Authorizer');
    expect(own).toEqual({ ISSUER: told.issuer, AUDIENCE: told.audience, JWKS: '{"keys":[]}' });
    expect(Object.keys(own).sort()).toEqual(Object.keys(functions[row].env).sort());
    expect(Properties).toMatchObject({
      Timeout: functions[row].timeoutSeconds,
      MemorySize: 512,
      Runtime: 'nodejs24.x',
    });
  });

  test('may do nothing but write its own logs', () => {
    const policies = [...resources(template, 'AWS::IAM::Policy')].filter(([id]) => /^Authorizer/.test(id));
    const [logs] = only(template, 'AWS::Logs::LogGroup', /^Authorizer/);
    expect(
      policies.map(([, policy]) => (policy.Properties.PolicyDocument as { Statement: unknown }).Statement),
    ).toEqual([
      [
        {
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Effect: 'Allow',
          Resource: { 'Fn::GetAtt': [logs, 'Arn'] },
        },
      ],
    ]);
    const [, role] = only(template, 'AWS::IAM::Role', /^AuthorizerHttp|^AuthorizerRest|^AuthorizerWebSocket/);
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  test('passes keys, memory, tracing, boundary and key on', () => {
    const { kid, publicKey } = testKey('k1');
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const boundary = 'arn:aws:iam::111122223333:policy/Boundary';
    const found = synth((stack, authorizer) => guards[kind](stack, authorizer), {
      jwks: { keys: [{ kid, kty: 'EC', crv: 'P-256', x, y, alg: 'ES256', use: 'sig' }] },
      memorySize: 256,
      tracing: true,
      authorizerCacheSeconds: 60,
    });
    const [, changed] = only(found, 'AWS::Lambda::Function', /^Authorizer/);
    expect(changed.Properties).toMatchObject({ MemorySize: 256, TracingConfig: { Mode: 'Active' } });
    expect(JSON.stringify(changed.Properties.Environment)).toContain('\\"kid\\":\\"k1\\"');
    const stack = new Stack(new App(), 'Orders');
    const permissionsBoundary = ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', boundary);
    const encryptionKey = new Key(stack, 'Own');
    const props = { ...told, bundles, permissionsBoundary, encryptionKey };
    guards[kind](stack, new TokenAuthorizer(stack, 'Authorizer', props));
    const bound = Template.fromStack(stack);
    const roles = [...resources(bound, 'AWS::IAM::Role')].filter(([id]) => /^Authorizer/.test(id));
    expect(roles.map(([, role]) => role.Properties.PermissionsBoundary)).toEqual([boundary]);
    expect(only(bound, 'AWS::Logs::LogGroup', /^Authorizer/)[1].Properties).toHaveProperty('KmsKeyId');
  });
});

describe('how the gateways ask', () => {
  test('HTTP API: simple answers, nothing cached', () => {
    synth(guards.httpApi).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: ['$request.header.Authorization'],
    });
  });

  test('REST API: type REQUEST by the Authorization header, nothing cached; one authorizer for all methods', () => {
    const template = synth(guards.restApi);
    const authorizers = [...resources(template, 'AWS::ApiGateway::Authorizer')];
    expect(authorizers.map(([, { Properties }]) => Properties)).toMatchObject([
      { Type: 'REQUEST', AuthorizerResultTtlInSeconds: 0, IdentitySource: 'method.request.header.Authorization' },
    ]);
    template.allResourcesProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizers[0]?.[0] },
    });
  });

  test('WebSocket API: at $connect, with no identity source that a browser could not send', () => {
    const template = synth(guards.webSocketApi);
    const [, { Properties }] = only(template, 'AWS::ApiGatewayV2::Authorizer', /./);
    expect(Properties.AuthorizerType).toBe('REQUEST');
    expect(Properties.IdentitySource ?? []).toEqual([]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: '$connect', AuthorizationType: 'CUSTOM' });
  });

  test('the cache is the setting', () => {
    const authorizerCacheSeconds = 60;
    const ttl = { AuthorizerResultTtlInSeconds: 60 };
    synth(guards.httpApi, { authorizerCacheSeconds }).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', ttl);
    synth(guards.restApi, { authorizerCacheSeconds }).hasResourceProperties('AWS::ApiGateway::Authorizer', ttl);
  });
});

test('what is not asked for does not exist', () => {
  const template = synth(() => {});
  expect(Object.keys(template.toJSON().Resources ?? {})).toEqual([]);
});

test('all three at once are three functions with a role each', () => {
  const stack = new Stack(new App(), 'Orders');
  const authorizer = new TokenAuthorizer(stack, 'Authorizer', { ...told, bundles });
  for (const [index, guard] of Object.values(guards).entries()) guard(new Construct(stack, `Api${index}`), authorizer);
  const template = Template.fromStack(stack);
  for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup']) {
    const ours = [...resources(template, type).keys()].filter((id) => /^Authorizer/.test(id));
    expect(ours, type).toHaveLength(3);
  }
});

describe('what cannot be used is refused', () => {
  const faults = (props: Partial<TokenAuthorizerProps>): readonly string[] => {
    const error = outcome(() => synth(() => {}, props));
    return error instanceof SettingsError ? error.faults : [String(error)];
  };

  test.each<[string, Partial<TokenAuthorizerProps>, RegExp]>([
    ['http', { issuer: 'http://auth.example.com' }, /^issuer must be https/],
    [
      'a slash at the end',
      { issuer: 'https://auth.example.com/' },
      /^issuer must be written without query, fragment or trailing slash/,
    ],
    ['an empty audience', { audience: '' }, /^audience /],
    ['no issuer', { issuer: undefined as unknown as string }, /^issuer is needed/],
    ['a long cache', { authorizerCacheSeconds: 3601 }, /^authorizerCacheSeconds /],
    ['little memory', { memorySize: 64 }, /^memorySize /],
    ['little memory as text', { memorySize: '64' as never }, /^memorySize /],
  ])('%s', (_, props, fault) => {
    expect(faults(props)).toEqual([expect.stringMatching(fault)]);
  });

  test('all at once', () => {
    expect(faults({ issuer: 'nonsense', audience: 'a b', memorySize: 1 })).toHaveLength(3);
  });
});
