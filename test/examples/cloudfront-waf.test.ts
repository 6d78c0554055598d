import { App, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test, vi } from 'vitest';
import { CloudFrontStack } from '../../examples/cloudfront-waf/app.ts';
import { type RotationEvent, type RotationTools, rotate } from '../../examples/cloudfront-waf/rotate.ts';
import { bundles, only } from '../synth/support/synth.ts';

const stackOf = (app: App) =>
  new CloudFrontStack(app, 'CloudFrontPawl', {
    env: { region: 'us-east-1' },
    domainName: 'auth.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
    service: { bundles },
  });
const newApp = () => new App({ context: { 'aws:cdk:bundling-stacks': [] } });

describe('the stack', () => {
  const template = Template.fromStack(stackOf(newApp()));
  const [secretId] = only(template, 'AWS::SecretsManager::Secret', /TrustedProxy/);

  test('sends the origin the secret, which the template does not hold', () => {
    const [, { Properties }] = only(template, 'AWS::CloudFront::Distribution', /./);
    const { Origins, WebACLId } = Properties.DistributionConfig as {
      Origins: { OriginCustomHeaders: { HeaderName: string; HeaderValue: unknown }[] }[];
      WebACLId: unknown;
    };
    const headers = Origins.flatMap(({ OriginCustomHeaders }) => OriginCustomHeaders);
    expect(headers.map(({ HeaderName }) => HeaderName)).toEqual(['x-pawl-proxy-secret']);
    expect(JSON.stringify(headers[0]?.HeaderValue)).toContain('resolve:secretsmanager:');
    expect(JSON.stringify(headers[0]?.HeaderValue)).toContain(secretId);
    expect(WebACLId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/Firewall/), 'Arn'] });
  });

  test('sends the viewer’s address to the origin, and Pawl trusts that header', () => {
    template.hasResourceProperties('AWS::CloudFront::OriginRequestPolicy', {
      OriginRequestPolicyConfig: {
        HeadersConfig: { HeaderBehavior: 'allViewerAndWhitelistCloudFront', Headers: ['CloudFront-Viewer-Address'] },
      },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { TRUSTED_PROXY_HEADER: 'cloudfront-viewer-address', TRUSTED_PROXY_SECRET: { Ref: secretId } },
      },
    });
  });

  test('puts the security headers on every answer', () => {
    template.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000, IncludeSubdomains: true, Override: true },
          ContentTypeOptions: { Override: true },
          ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
        },
      },
    });
  });

  test('leaves the API no other door: the generated address is off, and no request goes unencrypted', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' } },
    });
  });

  test('never judges a password by the firewall’s body rules', () => {
    const [, { Properties }] = only(template, 'AWS::WAFv2::WebACL', /./);
    expect(Properties.Scope).toBe('CLOUDFRONT');
    const text = JSON.stringify(Properties.Rules);
    for (const rule of ['CrossSiteScripting_BODY', 'GenericLFI_BODY', 'GenericRFI_BODY', 'Log4JRCE_BODY']) {
      expect(text).toContain(`{"ActionToUse":{"Count":{}},"Name":"${rule}"}`);
    }
  });

  test('rotates the secret by a function that may change this distribution alone', () => {
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', { SecretId: { Ref: secretId } });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: ['cloudfront:GetDistributionConfig', 'cloudfront:UpdateDistribution'] }),
        ]),
      },
    });
  });

  test('cdk-nag has nothing to say', () => {
    const app = newApp();
    stackOf(app);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    let said = '';
    try {
      app.synth();
    } catch (error) {
      said = `${(error as Error).message}\n${printed.mock.calls.flat().join('\n')}`;
    }
    printed.mockRestore();
    expect(said).toBe('');
  });
});

describe('a rotation', () => {
  const id = 'new-version';

  /** Secrets Manager and CloudFront, as far as a rotation sees them. */
  function world() {
    const versions: Record<string, { value?: string; stages: string[] }> = {
      old: { value: 'old value', stages: ['AWSCURRENT'] },
      [id]: { stages: ['AWSPENDING'] },
    };
    const sent: string[] = ['old value'];
    const state = { cloudFrontFails: false };
    const answers: Record<string, (input: Record<string, string>) => unknown> = {
      DescribeSecretCommand: () => ({
        VersionIdsToStages: Object.fromEntries(Object.entries(versions).map(([id, { stages }]) => [id, stages])),
      }),
      GetRandomPasswordCommand: () => ({ RandomPassword: 'n'.repeat(64) }),
      GetSecretValueCommand: ({ VersionId = '' }) => {
        const value = versions[VersionId]?.value;
        if (value === undefined) throw Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
        return { SecretString: value };
      },
      PutSecretValueCommand: ({ ClientRequestToken = '', SecretString = '' }) => {
        versions[ClientRequestToken] = { value: SecretString, stages: ['AWSPENDING'] };
        return {};
      },
      UpdateSecretVersionStageCommand: ({ MoveToVersionId = '', RemoveFromVersionId = '' }) => {
        versions[RemoveFromVersionId] = { ...versions[RemoveFromVersionId], stages: ['AWSPREVIOUS'] };
        versions[MoveToVersionId] = { ...versions[MoveToVersionId], stages: ['AWSCURRENT'] };
        return {};
      },
      GetDistributionConfigCommand: () => ({
        ETag: 'etag',
        DistributionConfig: {
          Origins: {
            Items: [
              { CustomHeaders: { Items: [{ HeaderName: 'X-Pawl-Proxy-Secret', HeaderValue: sent.at(-1) }] } },
              { CustomHeaders: { Quantity: 0 } },
            ],
          },
        },
      }),
      UpdateDistributionCommand: (input) => {
        if (state.cloudFrontFails) throw new Error('CloudFront is down');
        expect(input.IfMatch).toBe('etag');
        sent.push(/"HeaderValue":"([^"]*)"/.exec(JSON.stringify(input))?.[1] ?? '');
        return {};
      },
    };
    const send = async (command: { readonly constructor: { readonly name: string }; readonly input: unknown }) =>
      answers[command.constructor.name]?.(command.input as Record<string, string>);
    const client = { send } as unknown as RotationTools['secrets'] & RotationTools['cloudFront'];
    const tools: RotationTools = { secrets: client, cloudFront: client, distributionId: 'E1' };
    const step = (Step: RotationEvent['Step']) => rotate({ SecretId: 's', ClientRequestToken: id, Step }, tools);
    /** The values that Pawl accepts. */
    const believed = () => Object.values(versions).flatMap(({ value, stages }) => (stages.length > 0 ? [value] : []));
    return { versions, sent, state, step, believed };
  }
  const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

  test('at every moment CloudFront sends a value that is accepted', async () => {
    const { versions, sent, step, believed } = world();
    for (const each of steps) {
      await step(each);
      expect(believed(), each).toEqual(expect.arrayContaining(sent.slice(-2)));
    }
    expect(sent).toEqual(['old value', 'n'.repeat(64)]);
    expect(versions[id]?.stages).toEqual(['AWSCURRENT']);
  });

  test('each step may come twice', async () => {
    const { versions, sent, step } = world();
    for (const each of steps) for (let times = 0; times < 2; times += 1) await step(each);
    expect(new Set(sent)).toEqual(new Set(['old value', 'n'.repeat(64)]));
    expect(versions[id]?.stages).toEqual(['AWSCURRENT']);
  });

  test('while CloudFront cannot be told, the old value stays current', async () => {
    const { versions, state, step } = world();
    await step('createSecret');
    state.cloudFrontFails = true;
    await expect(step('setSecret')).rejects.toThrow('CloudFront is down');
    expect(versions.old?.stages).toEqual(['AWSCURRENT']);
    state.cloudFrontFails = false;
    for (const each of steps) await step(each);
    expect(versions[id]?.stages).toEqual(['AWSCURRENT']);
  });
});
