import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { PawlStack } from '../../lib/pawl-stack.ts';
import { serviceName } from '../../lib/physical-names.ts';
import { TokenAuthorizer } from '../../lib/token-authorizer.ts';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';
import { physicalNames, serviceNames } from './support/physical-names.ts';
import { bundles } from './support/synth.ts';

const service: TokenServiceProps = { bundles };

/** As bin/pawl.ts does it: the construct id stays, the stack's name is the setting. */
const named = (stackName: string) => Template.fromStack(new PawlStack(new App(), 'Pawl', { stackName, service }));

function nestedIn(parent: string): Template {
  const nested = new NestedStack(new Stack(new App(), parent), 'Auth');
  new TokenService(nested, 'Tokens', service);
  return Template.fromStack(nested);
}

function inStage(name: string): Template {
  const stage = new Stage(new App(), name);
  return Template.fromStack(new PawlStack(stage, 'Pawl', { service }));
}

/** Stacks of several teams that guard routes of one HTTP API and one REST API. */
function guarding(stackName: string): Template {
  const stack = new Stack(new App(), 'Orders', { stackName });
  const authorizer = new TokenAuthorizer(stack, 'Guard', { issuer: 'https://a.example', audience: 'orders', bundles });
  const httpApi = HttpApi.fromHttpApiAttributes(stack, 'Http', { httpApiId: 'shared' });
  const routeKey = HttpRouteKey.with(`/${stackName}`, HttpMethod.GET);
  const integration = new HttpUrlIntegration('Url', 'https://orders.example.com');
  new HttpRoute(stack, 'Route', { httpApi, routeKey, integration, authorizer: authorizer.forHttpApi() });
  const api = RestApi.fromRestApiAttributes(stack, 'Rest', { restApiId: 'shared', rootResourceId: 'root' });
  api.root.addResource(stackName).addMethod('GET', new MockIntegration(), { authorizer: authorizer.forRestApi() });
  return Template.fromStack(stack);
}

const givenNames = (template: Template) =>
  physicalNames(template).flatMap(({ type, within, name }) =>
    name === undefined || within === 'parent' ? [] : [`${type} ${name}`],
  );

describe.each<[string, (name: string) => Template]>([
  ['stacks of one app, by stackName', named],
  ['stacks that differ in a hyphen', (name) => named(name === 'One' ? 'auth-a' : 'autha')],
  ['stacks with one beginning, too long for a name', (name) => named(`${'Login'.repeat(25)}${name}`)],
  ['nested stacks', nestedIn],
  ['stages of a pipeline', inStage],
  ['authorizers of one API', guarding],
])('%s', (_, make) => {
  const [one, other] = [make('One'), make('Two')];

  test('share no physical name', () => {
    const names = givenNames(one);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => givenNames(other).includes(name))).toEqual([]);
  });

  test('nor the dimension of their metrics', () => {
    expect(serviceNames(one).size).toBe(1);
    expect([...serviceNames(one)].filter((name) => serviceNames(other).has(name))).toEqual([]);
  });
});

test.each<[string, (stack: Stack) => void]>([
  ['beside each other', (stack) => ['Customers', 'Staff'].map((id) => new TokenService(stack, id, service))],
  [
    'with one id in different constructs',
    (stack) => ['Customers', 'Staff'].map((id) => new TokenService(new Construct(stack, id), 'Tokens', service)),
  ],
])('two services in one stack, %s, share none either', (_, make) => {
  const stack = new Stack(new App(), 'Both');
  make(stack);
  const template = Template.fromStack(stack);
  const names = givenNames(template);
  expect(names.length).toBeGreaterThan(3);
  expect(new Set(names).size).toBe(names.length);
  expect(serviceNames(template).size).toBe(2);
});

test('ids of any characters are told apart in printable ASCII, without quotes', () => {
  const stack = new Stack(new App(), 'Both');
  const ids = [
    'Anmeldung für Kunden',
    'Anmeldung for Kunden',
    '認証',
    '認識',
    'the "new" one',
    "the 'new' one",
    'a\\b',
  ];
  const names = ids.map((id) => serviceName(new Construct(stack, id)));
  expect(new Set(names).size).toBe(ids.length);
  expect(names.filter((name) => !/^[ -~]+$/.test(name) || /["'\\]/.test(name))).toEqual([]);
  expect(names[0]).toBe('Both/Anmeldung f%C3%BCr Kunden');
});

test('names are as short as their services take them', () => {
  // A parameter of Systems Manager, written by the custom resource: 1,011 characters with its ARN.
  const limits: Readonly<Record<string, number>> = { 'AWS::Events::EventBus': 256, 'Custom::PawlKeys': 900 };
  for (const { type, name } of physicalNames(named('A'.repeat(128)))) {
    expect((name ?? '').length, `${type} ${name}`).toBeLessThanOrEqual(limits[type] ?? 128);
  }
});

/** `PRINT_TABLES=1` prints how everything in a stack is named. */
if (process.env.PRINT_TABLES !== undefined) {
  const rows = physicalNames(named('Second')).map(({ type, within, name, logicalId }) => {
    return `${type.padEnd(30)}${within.padEnd(20)}${name ?? `(by CloudFormation, random) ${logicalId}`}`;
  });
  process.stdout.write(`${rows.join('\n')}\n`);
}
