import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnApiMapping, HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { describe, expect, test } from 'vitest';
import { TokenAuthorizer } from '../../lib/token-authorizer.ts';
import type { TokenServiceProps } from '../../lib/token-service.ts';
import { apiOf, apiUrl, domainOf, map, parameterOf, run, type Team } from './support/domains.ts';
import { bundles, only } from './support/synth.ts';

/** The app's own domains, and URLs that are CDK tokens. */

describe('synthesis fails for a URL that certainly leads elsewhere', () => {
  test.each<[string, Team, RegExp]>([
    [
      'the mapping of another domain',
      (stack) => {
        const httpApi = apiOf(stack);
        map(stack, httpApi, domainOf(stack, 'api.example.com'), 'v1');
        map(stack, httpApi, domainOf(stack, 'other.example.com', 'Other'));
        return { httpApi, publicUrl: 'https://api.example.com' };
      },
      /served under \/v1, but its public URL has no path/,
    ],
    [
      'a mapping with a path, and no publicUrl',
      (stack) => {
        const httpApi = apiOf(stack);
        map(stack, httpApi, domainOf(stack, 'api.example.com'), 'v1');
        return { httpApi, allowedOrigins: ['https://app.example.com'] };
      },
      /served under \/v1 on a domain of its own: set publicUrl to the URL that clients use/,
    ],
    [
      'a mapping on a domain whose name is a parameter',
      (stack) => {
        const httpApi = apiOf(stack);
        map(stack, httpApi, domainOf(stack, parameterOf(stack)), 'v1');
        return { httpApi, publicUrl: 'https://api.example.com/v2' };
      },
      /served under \/v1, but its public URL has the path \/v2/,
    ],
    [
      "the domain's own token, with another path",
      (stack) => {
        const httpApi = apiOf(stack);
        const domain = domainOf(stack, 'api.example.com');
        map(stack, httpApi, domain, 'v1');
        return { httpApi, publicUrl: `https://${domain.name}` };
      },
      /served under \/v1, but its public URL has no path/,
    ],
    [
      'an issuer in addition to publicUrl, on the same domain',
      (stack) => {
        const httpApi = apiOf(stack);
        map(stack, httpApi, domainOf(stack, 'api.example.com'), 'v1');
        return { httpApi, publicUrl: 'https://api.example.com/v1', issuer: 'https://api.example.com' };
      },
      /served under \/v1, but issuer has no path/,
    ],
    [
      'an issuer elsewhere, without publicUrl, and no matching stage or mapping',
      (stack) => {
        const httpApi = new HttpApi(stack, 'Own', { createDefaultStage: false });
        new HttpStage(stack, 'Stage', { httpApi, stageName: 'prod' });
        return { httpApi, issuer: 'https://id.example.com' };
      },
      /served under \/prod, but its public URL has no path/,
    ],
    [
      'the generated URL, with a path that no stage has',
      (stack) => ({ httpApi: apiOf(stack), publicUrl: `${apiUrl(stack).replace(/\/$/, '')}/v1` }),
      /served under the root, but its public URL has the path \/v1/,
    ],
    [
      'a parameter, and a path that no stage or mapping has',
      (stack) => ({ httpApi: apiOf(stack), publicUrl: `https://${parameterOf(stack)}/v2` }),
      /served under the root, but its public URL has the path \/v2/,
    ],
  ])('%s', (_, team, fault) => {
    expect(run(team).fault).toMatch(fault);
  });
});

describe('synthesis accepts a URL that is correct or unknown', () => {
  test.each<[string, Team, string | RegExp]>([
    ['httpApi.url', (stack) => ({ httpApi: apiOf(stack), publicUrl: apiUrl(stack) }), /execute-api[^/]*$/],
    [
      'the URL of a stage',
      (stack) => {
        const httpApi = new HttpApi(stack, 'Own', { createDefaultStage: false });
        const { url } = new HttpStage(stack, 'Stage', { httpApi, stageName: 'prod' });
        return { httpApi, publicUrl: `${url}/` };
      },
      /\/prod$/,
    ],
    [
      'defaultStage.domainUrl',
      (stack) => {
        const domainName = domainOf(stack, 'api.example.com');
        const httpApi = new HttpApi(stack, 'Own', { defaultDomainMapping: { domainName, mappingKey: 'v1' } });
        return { httpApi, publicUrl: httpApi.defaultStage?.domainUrl ?? '' };
      },
      /\/v1$/,
    ],
    [
      'a domain by its token, at the root, with a slash',
      (stack) => {
        const httpApi = apiOf(stack);
        const domain = domainOf(stack, 'api.example.com');
        map(stack, httpApi, domain);
        return { httpApi, publicUrl: `https://${domain.name}/` };
      },
      /^https:\/\/\S*[^/]$/,
    ],
    [
      'a domain by its token, with its path',
      (stack) => {
        const httpApi = apiOf(stack);
        const domain = domainOf(stack, 'api.example.com');
        map(stack, httpApi, domain, 'v1');
        return { httpApi, publicUrl: `https://${domain.name}/v1` };
      },
      /\/v1$/,
    ],
    [
      'a parameter that names the domain',
      (stack) => {
        const httpApi = apiOf(stack);
        const host = parameterOf(stack);
        map(stack, httpApi, domainOf(stack, host), 'v1');
        return { httpApi, publicUrl: `https://${host}/v1/` };
      },
      /\/v1$/,
    ],
    [
      'a proxy in front, by its name',
      (stack) => {
        const httpApi = apiOf(stack);
        map(stack, httpApi, domainOf(stack, 'api.example.com'), 'v1');
        return { httpApi, publicUrl: 'https://www.example.com/api' };
      },
      'https://www.example.com/api',
    ],
    [
      'a proxy in front, by its token',
      (stack) => {
        const httpApi = new HttpApi(stack, 'Own', { createDefaultStage: false });
        new HttpStage(stack, 'Stage', { httpApi, stageName: 'prod' });
        const origin = new HttpOrigin('origin.example.com', { originPath: '/prod' });
        const front = new Distribution(stack, 'Front', { defaultBehavior: { origin } });
        return { httpApi, publicUrl: `https://${front.distributionDomainName}` };
      },
      /^https:\/\//,
    ],
    [
      'a mapping whose name has capitals',
      (stack) => {
        const httpApi = apiOf(stack);
        const { apiId } = httpApi;
        new CfnApiMapping(stack, 'Mapping', {
          apiId,
          domainName: 'API.example.com',
          stage: '$default',
          apiMappingKey: 'v1',
        });
        return { httpApi, publicUrl: 'https://api.example.com/v1' };
      },
      'https://api.example.com/v1',
    ],
  ])('%s', (_, team, url) => {
    const { service, fault } = run(team);
    expect(fault).toBe('');
    expect(service.apiUrl).toMatch(url);
    expect(service.issuer).toBe(service.apiUrl);
  });
});

test('the standalone authorizer expects the issuer that the service signs', () => {
  const stack = new Stack(new App(), 'Team');
  const issuer = `https://${parameterOf(stack)}/`;
  new TokenAuthorizer(stack, 'Authorizer', { issuer, audience: 'orders', bundles }).forHttpApi();
  const [, { Properties }] = only(Template.fromStack(stack), 'AWS::Lambda::Function', /^Authorizer/);
  expect((Properties.Environment as { Variables: { ISSUER: unknown } }).Variables.ISSUER).toEqual({
    'Fn::Join': ['', ['https://', { Ref: 'Host' }]],
  });
});

test.each<[string, (stack: Stack) => TokenServiceProps, string]>([
  ['no URL', (stack) => ({ httpApi: apiOf(stack) }), 'set publicUrl to its URL'],
  ['the generated URL', (stack) => ({ httpApi: apiOf(stack), publicUrl: apiUrl(stack) }), 'set publicUrl to its URL'],
  ['an API that Pawl creates', () => ({}), 'Set domainName and certificateArn'],
])('the cookie mode warning names the missing setting: %s', (_, team, advice) => {
  const { stack } = run((own) => ({ ...team(own), allowedOrigins: ['https://app.example.com'] }));
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(advice));
});
