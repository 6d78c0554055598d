import { RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
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
  test('the template holds none: secrets are born with a marker, the parameter with an empty set', () => {
    const secrets = [...resources(template, 'AWS::SecretsManager::Secret').values()];
    expect(secrets).toHaveLength(2);
    for (const { Properties, DeletionPolicy } of secrets) {
      expect(Properties.GenerateSecretString).toEqual({
        SecretStringTemplate: '{"version":0}',
        GenerateStringKey: 'filler',
        ExcludePunctuation: true,
      });
      expect(Properties).not.toHaveProperty('SecretString');
      expect(DeletionPolicy).toBe('Retain');
    }
    expect(JSON.stringify(template.toJSON())).not.toMatch(/"(d|k|tagKey|chainKey|privateJwk)\\?"|PRIVATE KEY/);
  });

  // CloudFormation writes the value again on any change of the parameter, and would unpublish every key.
  test('nothing about the parameter can change', () => {
    const [, { Properties }] = only(template, 'AWS::SSM::Parameter', /Jwks/);
    expect(Properties).toEqual({ Type: 'String', Value: '{"keys":[]}' });
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
