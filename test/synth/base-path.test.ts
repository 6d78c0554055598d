import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { CfnApiMapping, CfnStage, HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { describe, expect, test } from 'vitest';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';
import { bundles, only, synth } from './support/synth.ts';

const variables = (template: Template, id: RegExp) =>
  (only(template, 'AWS::Lambda::Function', id)[1].Properties.Environment as { Variables: Record<string, unknown> })
    .Variables;

/** The faults of synthesis for the team's API. */
function faultsOf(team: (stack: Stack) => TokenServiceProps, after: (stack: Stack) => void = () => {}): string {
  const app = new App();
  const stack = new Stack(app, 'Team');
  const props = team(stack);
  new TokenService(stack, 'Tokens', { bundles, ...props });
  after(stack);
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const withoutStage = (stack: Stack) => new HttpApi(stack, 'Own', { createDefaultStage: false });
const mapping = (stack: Stack, apiId: string, apiMappingKey?: string) =>
  new CfnApiMapping(stack, 'Mapping', {
    apiId,
    domainName: 'api.example.com',
    stage: '$default',
    ...(apiMappingKey && { apiMappingKey }),
  });

describe('publicUrl', () => {
  const { template } = synth({ publicUrl: 'https://api.example.com/v1' });

  test('is where issuer, metadata and cookie come from', () => {
    for (const id of [/LoginFunction/, /RefreshFunction/, /RevokeFunction/, /MetadataFunction/])
      expect(variables(template, id).BASE_URL).toBe('https://api.example.com/v1');
    expect(variables(template, /LoginFunction/).ISSUER).toBe('https://api.example.com/v1');
    for (const output of ['ApiUrl', 'Issuer', 'Audience'])
      template.hasOutput(output, { Value: 'https://api.example.com/v1' });
  });

  test('has a route where RFC 8414 looks for the metadata of an issuer with a path', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'GET /.well-known/oauth-authorization-server/v1',
    });
  });

  test('may differ from the issuer', () => {
    const { template: both } = synth({ publicUrl: 'https://api.example.com/v1', issuer: 'https://id.example.com' });
    expect(variables(both, /LoginFunction/)).toMatchObject({
      BASE_URL: 'https://api.example.com/v1',
      ISSUER: 'https://id.example.com',
    });
  });

  test('follows an issuer that stands alone, as before', () => {
    const { template: named } = synth({ issuer: 'https://id.example.com' });
    expect(variables(named, /RefreshFunction/).BASE_URL).toBe('https://id.example.com');
  });

  test('is a domain: cookie mode needs no warning', () => {
    const { stack } = synth({ publicUrl: 'https://api.example.com/v1', allowedOrigins: ['https://app.example.com'] });
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('custom domain'));
  });
});

describe('the synthesis fails where the app shows another base path', () => {
  test.each<[string, (stack: Stack) => TokenServiceProps, RegExp]>([
    [
      'a stage of another name',
      (stack) => {
        const httpApi = withoutStage(stack);
        new HttpStage(stack, 'Stage', { httpApi, stageName: 'prod' });
        return { httpApi };
      },
      /served under \/prod, but its public URL has no path/,
    ],
    [
      'a stage by hand',
      (stack) => {
        const httpApi = withoutStage(stack);
        new CfnStage(stack, 'Stage', { apiId: httpApi.apiId, stageName: 'prod' });
        return { httpApi };
      },
      /served under \/prod/,
    ],
    [
      'a mapping, and a URL without it',
      (stack) => {
        const httpApi = new HttpApi(stack, 'Own');
        mapping(stack, httpApi.apiId, 'v1');
        return { httpApi, issuer: 'https://api.example.com' };
      },
      /served under \/v1, .*https:\/\/api\.example\.com\/v1/,
    ],
    [
      'a mapping at the root, and a URL with a path',
      (stack) => {
        const httpApi = new HttpApi(stack, 'Own');
        mapping(stack, httpApi.apiId);
        return { httpApi, publicUrl: 'https://api.example.com/v1' };
      },
      /served under the root, but its public URL has the path \/v1/,
    ],
  ])('%s', (_, team, fault) => {
    expect(faultsOf(team)).toMatch(fault);
  });

  test('a stage that comes after the service', () => {
    const late = (stack: Stack) =>
      new CfnStage(stack, 'Late', { apiId: (stack.node.findChild('Own') as HttpApi).apiId, stageName: 'late' });
    expect(faultsOf((stack) => ({ httpApi: withoutStage(stack) }), late)).toMatch(/served under \/late/);
  });

  test.each<[string, (stack: Stack) => TokenServiceProps]>([
    ['the default stage', (stack) => ({ httpApi: new HttpApi(stack, 'Own') })],
    [
      'the stage in the URL',
      (stack) => {
        const httpApi = withoutStage(stack);
        new HttpStage(stack, 'Stage', { httpApi, stageName: 'prod' });
        return { httpApi, publicUrl: `${httpApi.apiEndpoint}/prod` };
      },
    ],
    [
      'the mapping in the URL',
      (stack) => {
        const httpApi = new HttpApi(stack, 'Own');
        mapping(stack, httpApi.apiId, 'v1');
        return { httpApi, publicUrl: 'https://api.example.com/v1' };
      },
    ],
    [
      'an imported API, of which nothing can be seen',
      (stack) => ({
        httpApi: HttpApi.fromHttpApiAttributes(stack, 'Own', { httpApiId: 'a1b2c3d4e5' }),
        publicUrl: 'https://api.example.com/any/thing',
      }),
    ],
  ])('not for %s', (_, team) => {
    expect(faultsOf(team)).toBe('');
  });
});
