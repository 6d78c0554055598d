import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { describe, expect, test } from 'vitest';
import { AuthApi } from '../../lib/http-api.ts';
import { only, resources, synth } from './support/synth.ts';
import { usersOf, withTeam } from './support/team.ts';

const { template } = synth();

const throttled = (rate: number, burst: number) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });
const routeThrottles = (found: Template) =>
  only(found, 'AWS::ApiGatewayV2::Stage', /Stage/)[1].Properties.RouteSettings as Readonly<Record<string, unknown>>;

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

  test('the authorizer returns simple responses, reads the Authorization header and caches nothing', () => {
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

  test('login has its own throttle, once its route exists', () => {
    const [, stage] = only(template, 'AWS::ApiGatewayV2::Stage', /Stage/);
    expect(stage.Properties.RouteSettings).toEqual({ 'POST /auth/login': throttled(20, 40) });
    expect(stage.DependsOn).toEqual([only(template, 'AWS::ApiGatewayV2::Route', /POSTauthlogin/)[0]]);
  });

  test.each([1, 19, 20, 39, 40, 41, 1000])('with %d reserved runs no burst of logins is above them', (reserved) => {
    const found = routeThrottles(synth({ loginReservedConcurrency: reserved }).template)['POST /auth/login'];
    expect(found).toEqual(throttled(20, Math.min(40, reserved)));
  });

  test('no route is throttled less than the stage', () => {
    const found = routeThrottles(synth({ throttle: { rateLimit: 15, burstLimit: 30 } }).template);
    expect(found['POST /auth/login']).toEqual(throttled(15, 30));
    expect(routeThrottles(synth({ throttle: { rateLimit: 15 } }).template)['POST /auth/login']).toEqual(
      throttled(15, 40),
    );
  });

  // API Gateway adds the settings of an update to those that it has: it would go on asking for a route that is gone.
  test('every throttled route is there in every service', () => {
    const sets = [{}, { users: true }, { allowedOrigins: ['https://app.example.com'] }].map(({ users, ...props }) => {
      return withTeam((stack) => (users === true ? { ...props, users: usersOf(stack) } : props)).template;
    });
    const [first, ...others] = sets.map((found) => Object.keys(routeThrottles(found)));
    for (const other of others) expect(other).toEqual(first);
  });

  test('a route key may have a dot', () => {
    const stack = new Stack(new App(), 'Stack');
    const cors = { allowedOrigins: [], allowedHeaders: [], allowedMethods: [], exposedHeaders: [] };
    const own = { cors, domain: undefined, throttle: { rateLimit: 500, burstLimit: 1000 } };
    const handler = usersOf(stack);
    new AuthApi(stack, 'Http', own).openRoute(HttpMethod.GET, '/.well-known/jwks.json', handler, {
      rateLimit: 5,
      burstLimit: 10,
    });
    expect(routeThrottles(Template.fromStack(stack))).toEqual({ 'GET /.well-known/jwks.json': throttled(5, 10) });
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

  test('cookie mode warns without a domain, and does not warn with one', () => {
    const warning = Match.stringLikeRegexp('custom domain');
    Annotations.fromStack(synth({ allowedOrigins: origins }).stack).hasWarning('*', warning);
    Annotations.fromStack(synth({ allowedOrigins: origins, ...domain }).stack).hasNoWarning('*', warning);
    Annotations.fromStack(synth().stack).hasNoWarning('*', warning);
  });

  test('a custom domain is the issuer and the only entry point', () => {
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
