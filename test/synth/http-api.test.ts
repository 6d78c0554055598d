import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { only, resources, synth } from './support/synth.ts';

const { template } = synth();

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
