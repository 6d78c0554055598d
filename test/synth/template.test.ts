import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { type FunctionName, functions } from '../../lambda/contract/functions.ts';
import { serviceVariable } from '../../lambda/contract/metrics.ts';
import { only, resources, synth, target } from './support/synth.ts';

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

describe('functions', () => {
  test.each(Object.keys(constructIds) as OfTheService[])(
    '%s has exactly the environment of its contract row',
    (name) => {
      const [, { Properties }] = only(template, 'AWS::Lambda::Function', constructIds[name]);
      const environment = Properties.Environment as { Variables?: Record<string, unknown> } | undefined;
      const { [serviceVariable]: service, ...variables } = environment?.Variables ?? {};
      expect(service).toBe('Pawl/TokenService');
      expect(Object.keys(variables).sort()).toEqual(Object.keys(functions[name].env).sort());
      expect(Properties).toMatchObject({
        Timeout: functions[name].timeoutSeconds,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
    },
  );

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

  test('each writes to a log group of its own that does not grow for ever', () => {
    const groups = resources(template, 'AWS::Logs::LogGroup');
    const used = [...resources(template, 'AWS::Lambda::Function').values()].map(({ Properties }) =>
      target((Properties.LoggingConfig as { LogGroup: unknown }).LogGroup),
    );
    expect(used.sort()).toEqual([...groups.keys()].sort());
    for (const { Properties } of groups.values()) expect(Properties.RetentionInDays).toBe(90);
  });
});

describe('routes', () => {
  const routes = [...resources(template, 'AWS::ApiGatewayV2::Route').values()].map(({ Properties }) => Properties);

  test('are exactly these, without a catch-all; only /me is guarded', () => {
    expect(Object.fromEntries(routes.map((route) => [route.RouteKey, route.AuthorizationType]))).toEqual({
      'POST /auth/login': 'NONE',
      'POST /auth/refresh': 'NONE',
      'POST /auth/revoke-all': 'NONE',
      'GET /auth/sessions': 'NONE',
      'DELETE /auth/sessions/{sid}': 'NONE',
      'POST /auth/password': 'NONE',
      'POST /auth/email': 'NONE',
      'POST /auth/revoke': 'NONE',
      'GET /.well-known/jwks.json': 'NONE',
      'GET /.well-known/oauth-authorization-server': 'NONE',
      'GET /me': 'CUSTOM',
    });
  });

  test('speak payload 2.0', () => {
    for (const { Properties } of resources(template, 'AWS::ApiGatewayV2::Integration').values()) {
      expect(Properties.PayloadFormatVersion).toBe('2.0');
    }
  });

  test('the authorizer gives simple answers, reads the Authorization header and caches nothing', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: ['$request.header.Authorization'],
    });
  });

  test('its cache is the setting', () => {
    synth({ authorizerCacheSeconds: 60 }).template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerResultTtlInSeconds: 60,
    });
  });

  test('the stage is throttled', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
  });
});

describe('web apps', () => {
  const origins = ['https://app.example.com', 'http://localhost:5173'];
  const domain = {
    domainName: 'auth.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
  };

  test('without origins there is no CORS', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
  });

  test('CORS names the exact origins and allows credentials', () => {
    synth({ allowedOrigins: origins }).template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: origins, AllowCredentials: true },
    });
  });

  test('cookie mode without a domain is a warning, with one it is none', () => {
    const warning = Match.stringLikeRegexp('custom domain');
    Annotations.fromStack(synth({ allowedOrigins: origins }).stack).hasWarning('*', warning);
    Annotations.fromStack(synth({ allowedOrigins: origins, ...domain }).stack).hasNoWarning('*', warning);
    Annotations.fromStack(synth().stack).hasNoWarning('*', warning);
  });

  test('a domain is the issuer, and the only door', () => {
    const { template: own } = synth(domain);
    own.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    own.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    own.hasOutput('ApiUrl', { Value: 'https://auth.example.com' });
    own.hasOutput('Issuer', { Value: 'https://auth.example.com' });
    own.hasOutput('Audience', { Value: 'https://auth.example.com' });
    own.hasOutput('DomainTarget', Match.anyValue());
  });

  test('issuer and audience can be set', () => {
    const { template: own } = synth({ issuer: 'https://id.example.com', audience: 'orders' });
    own.hasOutput('Issuer', { Value: 'https://id.example.com' });
    own.hasOutput('Audience', { Value: 'orders' });
  });
});

describe('outputs', () => {
  test('the revocation delay is access token plus authorizer cache', () => {
    template.hasOutput('MaxRevocationDelaySeconds', { Value: '600' });
    const slower = synth({ accessTokenTtlSeconds: 300, authorizerCacheSeconds: 60 });
    slower.template.hasOutput('MaxRevocationDelaySeconds', { Value: '360' });
    expect(slower.stack.service.maxRevocationDelaySeconds).toBe(360);
  });

  test('synth fails when that is more than the team accepts', () => {
    expect(() => synth({ accessTokenTtlSeconds: 600, authorizerCacheSeconds: 301 })).toThrow(
      /outlive its revocation by 901 s .*maxRevocationDelaySeconds \(900\)/,
    );
  });

  test('the command line finds the API and the table', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'AlarmTopicArn',
      'ApiUrl',
      'Audience',
      'DeadLetterQueueUrl',
      'EventBusName',
      'Issuer',
      'KeysFunctionName',
      'MaxRevocationDelaySeconds',
      'TableName',
    ]);
  });
});

describe('own limits', () => {
  test('login: concurrent runs of its own, or none where the quota is too small', () => {
    const reserved = (found: typeof template) =>
      only(found, 'AWS::Lambda::Function', /Login/)[1].Properties.ReservedConcurrentExecutions;
    expect(reserved(template)).toBe(20);
    expect(reserved(synth({ loginReservedConcurrency: 0 }).template)).toBeUndefined();
  });

  test('routes that hash are throttled on their own, once they exist', () => {
    const [, stage] = only(template, 'AWS::ApiGatewayV2::Stage', /Stage/);
    expect(stage.Properties.RouteSettings).toEqual({
      'POST /auth/login': { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      'POST /auth/password': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
      'POST /auth/email': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
    });
    expect(stage.DependsOn).toHaveLength(3);
  });
});

describe('security events', () => {
  test('every signal reaches the function, whatever its type; what fails reaches the queue', () => {
    const [, rule] = only(template, 'AWS::Events::Rule', /Signals/);
    const [queueId] = only(template, 'AWS::SQS::Queue', /DeadLetters/);
    const [, { Properties }] = only(template, 'AWS::Lambda::Function', /Signals/);
    expect(rule.Properties.EventPattern).toEqual({ source: ['pawl.signal'] });
    expect(rule.Properties.Targets).toMatchObject([
      { DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } }, RetryPolicy: { MaximumRetryAttempts: 8 } },
    ]);
    expect(Properties.DeadLetterConfig).toEqual({ TargetArn: { 'Fn::GetAtt': [queueId, 'Arn'] } });
  });
});
