import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';
import { bundles, only, resources, synth, target } from './support/synth.ts';
import { faultsOf, withTeam } from './support/team.ts';

const ids = (template: Template, type: string) => [...resources(template, type).keys()];

describe('httpApi', () => {
  const service = (props: TokenServiceProps = {}) =>
    withTeam((stack) => ({ httpApi: new HttpApi(stack, 'Own'), ...props }));
  const { template, stack } = service();
  const routes = [...resources(template, 'AWS::ApiGatewayV2::Route').values()].map(({ Properties }) => Properties);

  test('gets all routes but /me, open ones said to be open, and none of them anywhere else', () => {
    const [api] = ids(template, 'AWS::ApiGatewayV2::Api');
    expect(ids(template, 'AWS::ApiGatewayV2::Api')).toHaveLength(1);
    const own = resources(synth().template, 'AWS::ApiGatewayV2::Route');
    const expected = [...own.values()].map(({ Properties }) => Properties.RouteKey).filter((key) => key !== 'GET /me');
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(expected.sort());
    for (const { ApiId, AuthorizationType } of routes)
      expect([target(ApiId), AuthorizationType]).toEqual([api, 'NONE']);
  });

  test('keeps its own stage, CORS and domain; there is no function that nothing calls', () => {
    expect(ids(template, 'AWS::ApiGatewayV2::Stage')).toEqual([expect.stringMatching(/^Own/)]);
    expect(ids(template, 'AWS::ApiGatewayV2::DomainName')).toEqual([]);
    expect(ids(template, 'AWS::Lambda::Function').filter((id) => /ServiceMeFunction/.test(id))).toEqual([]);
    for (const { Properties } of resources(template, 'AWS::ApiGatewayV2::Stage').values()) {
      expect(Properties).not.toHaveProperty('RouteSettings');
    }
  });

  test('each function can be called only by that API', () => {
    const permissions = [...resources(template, 'AWS::Lambda::Permission').values()].map(
      ({ Properties }) => Properties,
    );
    const byGateway = permissions.filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
    expect(byGateway).toHaveLength(routes.length);
    const [api = ''] = ids(template, 'AWS::ApiGatewayV2::Api');
    for (const { SourceArn } of byGateway) expect(JSON.stringify(SourceArn)).toContain(`{"Ref":"${api}"}`);
  });

  test('its URL is the issuer, unless the team names another', () => {
    const [, login] = only(template, 'AWS::Lambda::Function', /Login/);
    const { ISSUER } = (login.Properties.Environment as { Variables: Record<string, unknown> }).Variables;
    expect(stack.resolve(stack.service.apiUrl)).toEqual(ISSUER);
    expect(stack.service.issuer).toBe(stack.service.apiUrl);
    const named = service({ issuer: 'https://auth.example.com' }).stack.service;
    expect([named.apiUrl, named.issuer]).toEqual(['https://auth.example.com', 'https://auth.example.com']);
  });

  test("guards the team's routes on it, too", () => {
    const { template: guarded } = withTeam(
      (stack) => ({ httpApi: new HttpApi(stack, 'Own') }),
      ({ service }) => {
        const handler = service.node.findChild('Login').node.findChild('Function') as LambdaFunction;
        const integration = new HttpLambdaIntegration('Orders', handler);
        const { authorizer } = service;
        service.api.addRoutes({ path: '/orders', methods: [HttpMethod.GET], integration, authorizer });
      },
    );
    guarded.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'GET /orders', AuthorizationType: 'CUSTOM' });
  });

  test('an authorizer that it has for other routes does not shut ours', () => {
    const closed = withTeam((stack) => ({
      httpApi: new HttpApi(stack, 'Own', {
        defaultAuthorizer: new HttpJwtAuthorizer('Jwt', 'https://id.example.com', { jwtAudience: ['a'] }),
      }),
    }));
    closed.template.allResourcesProperties('AWS::ApiGatewayV2::Route', { AuthorizationType: 'NONE' });
  });

  test('may be in another stack: all that we add is in ours', () => {
    const app = new App();
    const theirs = new Stack(app, 'Theirs');
    const httpApi = new HttpApi(theirs, 'Own');
    const ours = new Stack(app, 'Ours');
    new TokenService(ours, 'Tokens', { httpApi, bundles });
    Template.fromStack(ours).resourceCountIs('AWS::ApiGatewayV2::Route', routes.length);
    Template.fromStack(theirs).resourceCountIs('AWS::ApiGatewayV2::Route', 0);
    expect(theirs.dependencies).toEqual([]);
  });

  test('may be imported; then routes are added by the CDK, and `api` says so', () => {
    const imported = withTeam((stack) => ({
      httpApi: HttpApi.fromHttpApiAttributes(stack, 'Own', { httpApiId: 'a1b2c3d4e5' }),
      issuer: 'https://auth.example.com',
    }));
    imported.template.allResourcesProperties('AWS::ApiGatewayV2::Route', { ApiId: 'a1b2c3d4e5' });
    expect(() => imported.stack.service.api).toThrow(/new HttpRoute/);
  });

  test('alarms and dashboard look at it', () => {
    const [, alarm] = only(template, 'AWS::CloudWatch::Alarm', /ServerErrors/);
    expect(alarm.Properties.Dimensions).toEqual([
      { Name: 'ApiId', Value: { Ref: ids(template, 'AWS::ApiGatewayV2::Api')[0] } },
    ]);
  });

  test('what would be its own cannot be set beside it; every fault is named at once', () => {
    const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
    expect(
      faultsOf((stack) => ({
        httpApi: new HttpApi(stack, 'Own'),
        graceSeconds: -1,
        throttle: { rateLimit: 1 },
        domainName: 'auth.example.com',
        certificateArn,
      })),
    ).toEqual([
      expect.stringMatching(/^graceSeconds /),
      'throttle cannot be set together with httpApi: that API has its own stage, throttling and domain',
      'domainName cannot be set together with httpApi: that API has its own stage, throttling and domain',
      'certificateArn cannot be set together with httpApi: that API has its own stage, throttling and domain',
    ]);
  });

  test.each([
    ['is switched off', (stack: Stack) => new HttpApi(stack, 'Own', { disableExecuteApiEndpoint: true })],
    ['is not known', (stack: Stack) => HttpApi.fromHttpApiAttributes(stack, 'Own', { httpApiId: 'a1b2c3d4e5' })],
  ])('needs a public URL where its URL %s', (_, httpApi) => {
    expect(faultsOf((stack) => ({ httpApi: httpApi(stack) }))).toEqual([
      expect.stringMatching(/^publicUrl is required/),
    ]);
  });
});
