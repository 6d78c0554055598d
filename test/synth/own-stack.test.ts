import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { describe, expect, test } from 'vitest';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';
import { bundles, resources, synth } from './support/synth.ts';

function shop(props: TokenServiceProps = {}) {
  const stack = new Stack(new App(), 'Shop');
  const service = new TokenService(stack, 'Tokens', { bundles, ...props });
  return { stack, service };
}

const routesOf = (template: Template) =>
  [...resources(template, 'AWS::ApiGatewayV2::Route').values()].map(({ Properties }) => Properties.RouteKey);

describe('a service in a stack of its own team', () => {
  test('has no outputs until they are asked for, and then those of PawlStack', () => {
    const { stack, service } = shop();
    expect(Template.fromStack(stack).findOutputs('*')).toEqual({});
    const asked = shop();
    asked.service.outputs();
    const names = Object.keys(Template.fromStack(asked.stack).findOutputs('*'));
    expect(names).toEqual(Object.keys(synth().template.findOutputs('*')));
    expect(names).toEqual(expect.arrayContaining(['ApiUrl', 'Issuer', 'Audience', 'TableName', 'KeysFunctionName']));
    expect(service.apiUrl).toBeDefined();
  });

  test.each([
    ['an API of its own', () => ({})],
    ['the API of the team', (stack: Stack) => ({ httpApi: new HttpApi(stack, 'Api') })],
  ])('has the example route only where it is asked for: %s', (_name, api) => {
    const build = (props: TokenServiceProps) => {
      const stack = new Stack(new App(), 'Shop');
      new TokenService(stack, 'Tokens', { bundles, ...api(stack), ...props });
      return Template.fromStack(stack);
    };
    expect(routesOf(build({}))).not.toContain('GET /me');
    expect(routesOf(build({ exampleRoute: false }))).not.toContain('GET /me');
    const asked = build({ exampleRoute: true });
    expect(routesOf(asked)).toContain('GET /me');
    const [me] = [...resources(asked, 'AWS::ApiGatewayV2::Route').values()].filter(
      ({ Properties }) => Properties.RouteKey === 'GET /me',
    );
    expect(me?.Properties.AuthorizationType).toBe('CUSTOM');
  });
});
