import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { ElsewhereStack } from '../../examples/authorizer-elsewhere/app.ts';
import { RestStack } from '../../examples/rest-api/app.ts';
import { handler } from '../../examples/rest-api/orders.ts';
import { ChatStack } from '../../examples/websocket/app.ts';
import { connect, message } from '../../examples/websocket/chat.ts';
import type { TokenAuthorizerProps } from '../../lib/token-authorizer.ts';
import { bundles } from '../synth/support/synth.ts';

const told = { issuer: 'https://auth.example.com', audience: 'orders', bundles };

function synth(stack: new (scope: App, id: string, props: TokenAuthorizerProps) => Stack): Template {
  // The functions' code is not bundled here: the template is the same.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new stack(app, 'Example', told));
}

const context = (changed: object = {}) => ({
  authorizer: { sub: 'u1', sid: 's1', client_id: 'web', scope: 'orders:read', exp: '4000000000', ...changed },
});

describe('rest-api', () => {
  test('every method stands behind the authorizer', () => {
    const template = synth(RestStack);
    template.resourceCountIs('AWS::ApiGateway::Authorizer', 1);
    template.allResourcesProperties('AWS::ApiGateway::Method', { AuthorizationType: 'CUSTOM' });
  });

  const call = (changed: object) => handler({ requestContext: context(changed) } as unknown as APIGatewayProxyEvent);

  test('the function knows the caller, and insists on a scope', async () => {
    expect(await call({})).toEqual({ statusCode: 200, body: '{"orders":[],"of":"u1"}' });
    expect(await call({ scope: 'profile' })).toMatchObject({ statusCode: 403, body: '{"error":"insufficient_scope"}' });
  });

  test('and fails where no authorizer was asked', async () => {
    await expect(handler({ requestContext: {} } as APIGatewayProxyEvent)).rejects.toThrow(TypeError);
  });
});

describe('websocket', () => {
  test('$connect stands behind the authorizer', () => {
    const template = synth(ChatStack);
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: '$connect', AuthorizationType: 'CUSTOM' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: '$default', AuthorizationType: 'NONE' });
  });

  test('the token is never sent back: the other subprotocol is', async () => {
    expect(await connect({ headers: { 'Sec-WebSocket-Protocol': 'pawl.bearer.a.b.c, chat.v1' } })).toEqual({
      statusCode: 200,
      headers: { 'Sec-WebSocket-Protocol': 'chat.v1' },
    });
    expect(await connect({ headers: { 'sec-websocket-protocol': 'pawl.bearer.a.b.c' } })).toEqual({ statusCode: 400 });
    expect(await connect({ headers: { Authorization: 'Bearer a.b.c' } })).toEqual({ statusCode: 200 });
    expect(await connect({})).toEqual({ statusCode: 200 });
  });

  test('a connection is good for as long as its token', async () => {
    expect(await message({ requestContext: context(), body: 'hello' })).toEqual({
      statusCode: 200,
      body: '{"from":"u1","said":"hello"}',
    });
    expect(await message({ requestContext: context({ exp: '1' }) })).toMatchObject({ statusCode: 401 });
    await expect(message({ requestContext: {} })).rejects.toThrow(TypeError);
  });
});

test('authorizer-elsewhere: the stack has an authorizer, and nothing else of the service', () => {
  const template = synth(ElsewhereStack);
  template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'GET /orders', AuthorizationType: 'CUSTOM' });
  template.resourceCountIs('AWS::Lambda::Function', 1);
  for (const type of ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::SSM::Parameter']) {
    template.resourceCountIs(type, 0);
  }
});
