import { RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, test, vi } from 'vitest';
import { only, resources, synth, target } from './support/synth.ts';

const { template } = synth();

describe('what must not be lost', () => {
  test('logical ids are pinned: another id is a new, empty resource', () => {
    const ids = (type: string) => [...resources(template, type).keys()];
    expect({
      table: ids('AWS::DynamoDB::Table'),
      secrets: ids('AWS::SecretsManager::Secret'),
      api: ids('AWS::ApiGatewayV2::Api'),
    }).toEqual({
      table: ['TokenServiceAuthTableAB7540A2'],
      secrets: ['TokenServiceSigningKeysSigningSecret6016B57A', 'TokenServiceSigningKeysRatchetSecretA0041822'],
      api: ['TokenServiceHttpApi0FCAA2FD'],
    });
  });

  test('the table survives its stack and can be restored', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  test('so do the keys, but not a first deployment that is rolled back', () => {
    template.allResources('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  // CloudFormation cannot delete what is protected: a rollback that tries ends in ROLLBACK_FAILED.
  test('a table that a rollback deletes is not protected', () => {
    const removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    synth({ removalPolicy }).template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: false },
    });
  });

  test('unless the team says otherwise', () => {
    const { template: own } = synth({ removalPolicy: RemovalPolicy.DESTROY });
    own.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
    own.allResources('AWS::SecretsManager::Secret', { DeletionPolicy: 'Delete' });
  });
});

describe('keys', () => {
  test('the template contains none: secrets are created with a marker', () => {
    const secrets = [...resources(template, 'AWS::SecretsManager::Secret').values()];
    expect(secrets).toHaveLength(2);
    for (const { Properties, DeletionPolicy } of secrets) {
      expect(Properties.GenerateSecretString).toEqual({
        SecretStringTemplate: '{"version":0}',
        GenerateStringKey: 'filler',
        ExcludePunctuation: true,
      });
      expect(Properties).not.toHaveProperty('SecretString');
      expect(DeletionPolicy).toMatch(/^Retain/);
    }
    expect(JSON.stringify(template.toJSON())).not.toMatch(/"(d|k|tagKey|chainKey|privateJwk)\\?"|PRIVATE KEY/);
  });

  // CloudFormation would write the template's value again, by an update or `--revert-drift`, and unpublish every key.
  test('the published keys are not in the template, so no deployment can revert them', () => {
    template.resourceCountIs('AWS::SSM::Parameter', 0);
  });

  test('their parameter is named after the stack: two stacks do not meet, and the first call finds it', () => {
    const variables = (id: RegExp) =>
      (only(template, 'AWS::Lambda::Function', id)[1].Properties.Environment as { Variables: Record<string, unknown> })
        .Variables;
    const name = variables(/^TokenServiceMetadata/).JWKS_PARAMETER;
    expect(name).toEqual({
      'Fn::Join': ['', ['/pawl/', { Ref: 'AWS::StackName' }, expect.stringMatching(/^\/\w+\/jwks$/)]],
    });
    expect(variables(/SigningKeys/).JWKS_PARAMETER).toEqual(name);
    const [created] = only(template, 'Custom::PawlKeys', /./);
    expect(only(template, 'AWS::Lambda::Function', /^TokenServiceMetadata/)[1].DependsOn).toContain(created);
  });

  test('every synthesis is another deployment of the keys, so that verifiers get those of the day', () => {
    const deployment = () => only(synth().template, 'Custom::PawlKeys', /./)[1].Properties.Deployment;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2025, 0, 31, 12) });
    const first = deployment();
    vi.setSystemTime(Date.UTC(2025, 0, 31, 12, 0, 1));
    const second = deployment();
    vi.useRealTimers();
    expect([first, second]).toEqual(['2025-01-31T12:00:00.000Z', '2025-01-31T12:00:01.000Z']);
  });

  test("the authorizer's come from the custom resource, which the keys function serves", () => {
    const { Environment } = only(template, 'AWS::Lambda::Function', /Authorizer/)[1].Properties;
    const [created, resource] = only(template, 'Custom::PawlKeys', /./);
    expect((Environment as { Variables: Record<string, unknown> }).Variables.JWKS).toEqual({
      'Fn::GetAtt': [created, 'Jwks'],
    });
    expect(target(resource.Properties.ServiceToken)).toBe(only(template, 'AWS::Lambda::Function', /SigningKeys/)[0]);
  });
});
