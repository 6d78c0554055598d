import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { OrdersStack } from '../../examples/own-route/app.ts';
import { handler } from '../../examples/own-route/orders.ts';
import { bundles } from '../synth/support/synth.ts';

describe('the stack', () => {
  // The functions' code is not bundled here: the template is the same.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const template = Template.fromStack(new OrdersStack(app, 'Orders', { bundles }));

  test("guards the team's route with the service's authorizer", () => {
    const authorizers = Object.keys(template.findResources('AWS::ApiGatewayV2::Authorizer'));
    expect(authorizers).toHaveLength(1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'GET /orders',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizers[0] },
    });
  });

  test('lets the gateway ask that authorizer, with simple answers and no cache', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerUri: Match.anyValue(),
    });
  });

  test("gives the team's function nothing of the service: no table, no secret", () => {
    const roles = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => /^OrdersServiceRole/.test(id));
    expect(roles).toHaveLength(1);
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain(roles[0]);
  });
});

describe('the function', () => {
  const call = (scope: string) =>
    handler({
      requestContext: {
        authorizer: { lambda: { sub: 'u1', sid: 's1', client_id: 'web', scope, exp: '1800000000' } },
      },
    } as unknown as APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, string>>);

  test('answers a caller that has the scope', async () => {
    expect(await call('profile orders:read')).toEqual({ statusCode: 200, body: '{"orders":[],"of":"u1"}' });
  });

  test('403 and a challenge for a token without the scope', async () => {
    expect(await call('profile')).toMatchObject({
      statusCode: 403,
      headers: { 'www-authenticate': 'Bearer realm="pawl", error="insufficient_scope", scope="orders:read"' },
      body: '{"error":"insufficient_scope"}',
    });
  });
});
