import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { expect, test } from 'vitest';
import { TokenService } from '../../lib/token-service.ts';
import { bundles, only } from './support/synth.ts';
import { faultsOf } from './support/team.ts';

const allowedOrigins = ['https://app.example.com'];
/** One for each API: the CDK binds it. */
const orders = () => new HttpUrlIntegration('Orders', 'https://orders.example.com');

/** The API's CORS settings once the team has added its routes. */
function corsOf(add: (service: TokenService, app: App) => void, props: object = {}) {
  const app = new App();
  const stack = new Stack(app, 'Team');
  const service = new TokenService(stack, 'Tokens', { bundles, allowedOrigins, ...props });
  add(service, app);
  return only(Template.fromStack(stack), 'AWS::ApiGatewayV2::Api', /^Tokens/)[1].Properties.CorsConfiguration;
}

test('the service alone has the methods and headers of its own routes', () => {
  expect(corsOf(() => {})).toEqual({
    AllowOrigins: allowedOrigins,
    AllowCredentials: true,
    AllowMethods: ['GET', 'POST', 'DELETE'],
    AllowHeaders: ['authorization', 'content-type'],
    ExposeHeaders: ['retry-after', 'www-authenticate', 'x-amzn-remapped-www-authenticate'],
    MaxAge: 600,
  });
});

test("methods follow the team's routes, whenever they are added", () => {
  const methods = [HttpMethod.PUT, HttpMethod.PATCH];
  expect(corsOf(({ api }) => api.addRoutes({ path: '/orders', methods, integration: orders() }))).toMatchObject({
    AllowMethods: ['GET', 'POST', 'DELETE', 'PATCH', 'PUT'],
  });
});

test.each([
  ['ANY', HttpRouteKey.with('/orders', HttpMethod.ANY)],
  ['$default', HttpRouteKey.DEFAULT],
])('%s is every method, spelled out', (_, routeKey) => {
  const cors = corsOf(
    ({ api }) => new HttpRoute(Stack.of(api), 'All', { httpApi: api, routeKey, integration: orders() }),
  );
  expect(cors).toMatchObject({ AllowMethods: ['GET', 'POST', 'DELETE', 'HEAD', 'PATCH', 'PUT'] });
});

test('a route of another API does not count', () => {
  const other = ({ api }: TokenService) =>
    new HttpApi(Stack.of(api), 'Other').addRoutes({ path: '/x', methods: [HttpMethod.PUT], integration: orders() });
  expect(corsOf(other)).toMatchObject({ AllowMethods: ['GET', 'POST', 'DELETE'] });
});

test('a route from another stack of the app does', () => {
  const elsewhere = ({ api: httpApi }: TokenService, app: App) => {
    const routeKey = HttpRouteKey.with('/orders', HttpMethod.PUT);
    new HttpRoute(new Stack(app, 'Orders'), 'Put', { httpApi, routeKey, integration: orders() });
  };
  expect(corsOf(elsewhere)).toMatchObject({ AllowMethods: ['GET', 'POST', 'DELETE', 'PUT'] });
});

test('headers and methods can be added, in any case and once each', () => {
  const props = {
    allowedHeaders: ['Baggage', 'sentry-trace', 'Content-Type', 'baggage'],
    allowedMethods: ['PUT', 'GET'],
    exposedHeaders: ['ETag'],
  };
  expect(corsOf(() => {}, props)).toMatchObject({
    AllowMethods: ['GET', 'POST', 'DELETE', 'PUT'],
    AllowHeaders: ['authorization', 'content-type', 'baggage', 'sentry-trace'],
    ExposeHeaders: ['retry-after', 'www-authenticate', 'x-amzn-remapped-www-authenticate', 'etag'],
  });
});

test("the team's API keeps its own CORS", () => {
  const more = { allowedHeaders: ['baggage'], allowedMethods: ['PUT'], exposedHeaders: ['etag'] };
  expect(faultsOf((stack) => ({ httpApi: new HttpApi(stack, 'Own'), ...more }))).toEqual(
    Object.keys(more).map((name) => `${name} cannot be set together with httpApi: that API has its own CORS`),
  );
});
