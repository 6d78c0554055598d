import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AwsService } from '../../../local/aws/aws-endpoints.ts';
import { parameterStore } from '../../../local/aws/parameter-store.ts';
import { secretsManager } from '../../../local/aws/secrets-manager.ts';
import { openState, type State } from '../../../local/aws/state.ts';
import { createClock } from '../../../local/clock.ts';
import { generateSecretString } from '../../../local/cloudformation/random-password.ts';
import type { JsonObject } from '../../../local/json.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:ring-abcdef';
const perform = (service: AwsService, operation: string, input: JsonObject): JsonObject =>
  service[operation]?.(input) ?? {};

function withSecret(): { state: State; call: (operation: string, input: JsonObject) => JsonObject } {
  const state = openState();
  state.account.secrets[arn] = { name: 'ring', createdAt: 0, versions: {} };
  const service = secretsManager(state, createClock());
  return { state, call: (operation, input) => perform(service, operation, { SecretId: arn, ...input }) };
}

describe('Secrets Manager', () => {
  test('a new version becomes current, the one before previous, older ones go', () => {
    const { call } = withSecret();
    for (const id of ['v1', 'v2', 'v3'])
      call('PutSecretValue', { ClientRequestToken: id, SecretString: `value of ${id}` });
    expect(call('GetSecretValue', {})).toMatchObject({
      ARN: arn,
      Name: 'ring',
      VersionId: 'v3',
      SecretString: 'value of v3',
      VersionStages: ['AWSCURRENT'],
    });
    expect(call('GetSecretValue', { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ VersionId: 'v2' });
    expect(call('DescribeSecret', {}).VersionIdsToStages).toEqual({ v3: ['AWSCURRENT'], v2: ['AWSPREVIOUS'] });
  });
  test('the same token again does nothing; with another value it is refused', () => {
    const { call } = withSecret();
    call('PutSecretValue', { ClientRequestToken: 'v1', SecretString: 'a' });
    expect(call('PutSecretValue', { ClientRequestToken: 'v1', SecretString: 'a' })).toMatchObject({
      VersionId: 'v1',
      VersionStages: ['AWSCURRENT'],
    });
    expect(() => call('PutSecretValue', { ClientRequestToken: 'v1', SecretString: 'b' })).toThrow(
      expect.objectContaining({ type: 'ResourceExistsException' }),
    );
  });
  test('a pending version is current only once its stage is moved', () => {
    const { call } = withSecret();
    call('PutSecretValue', { ClientRequestToken: 'v1', SecretString: 'a' });
    call('PutSecretValue', { ClientRequestToken: 'v2', SecretString: 'b', VersionStages: ['AWSPENDING'] });
    expect(call('GetSecretValue', {})).toMatchObject({ VersionId: 'v1' });
    expect(() => call('UpdateSecretVersionStage', { VersionStage: 'AWSCURRENT', MoveToVersionId: 'v2' })).toThrow(
      /RemoveFromVersionId/,
    );
    call('UpdateSecretVersionStage', { VersionStage: 'AWSCURRENT', MoveToVersionId: 'v2', RemoveFromVersionId: 'v1' });
    expect(call('GetSecretValue', {})).toMatchObject({ VersionId: 'v2' });
    expect(call('GetSecretValue', { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ VersionId: 'v1' });
  });
  test('a secret is found by ARN, by the ARN without its ending and by name; another is not', () => {
    const { call } = withSecret();
    call('PutSecretValue', { SecretString: 'a' });
    for (const SecretId of [arn, arn.slice(0, -7), 'ring'])
      expect(call('GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'a' });
    expect(() => call('GetSecretValue', { SecretId: 'other' })).toThrow(
      expect.objectContaining({ type: 'ResourceNotFoundException' }),
    );
  });
});

describe('Parameter Store', () => {
  test('a parameter is overwritten only when that was asked for', () => {
    const service = parameterStore(openState(), createClock());
    perform(service, 'PutParameter', { Name: '/p', Value: 'a', Type: 'String' });
    expect(() => perform(service, 'PutParameter', { Name: '/p', Value: 'b' })).toThrow(
      expect.objectContaining({ type: 'ParameterAlreadyExists' }),
    );
    expect(perform(service, 'PutParameter', { Name: '/p', Value: 'b', Overwrite: true })).toMatchObject({ Version: 2 });
    expect(perform(service, 'GetParameter', { Name: '/p' }).Parameter).toMatchObject({
      Value: 'b',
      Type: 'String',
      Version: 2,
    });
  });
  test("a value beyond its tier's limit and an unknown parameter are refused", () => {
    const service = parameterStore(openState(), createClock());
    expect(() => perform(service, 'PutParameter', { Name: '/p', Value: 'x'.repeat(4097), Type: 'String' })).toThrow(
      expect.objectContaining({ type: 'ValidationException' }),
    );
    expect(() => perform(service, 'GetParameter', { Name: '/p' })).toThrow(
      expect.objectContaining({ type: 'ParameterNotFound' }),
    );
  });
});

describe('a generated secret', () => {
  test('is put into the template under its key', () => {
    const { version, unused } = JSON.parse(
      generateSecretString({ SecretStringTemplate: '{"version":0}', GenerateStringKey: 'unused' }),
    ) as Record<string, unknown>;
    expect(version).toBe(0);
    expect(unused).toHaveLength(32);
  });
  test('obeys its length and what it excludes', () => {
    const text = generateSecretString({
      PasswordLength: 40,
      ExcludePunctuation: true,
      ExcludeCharacters: 'abcABC',
      ExcludeNumbers: 'true',
    });
    expect(text).toMatch(/^[d-zD-Z]{40}$/);
  });
  test('has one character of each kind, however short', () => {
    for (let round = 0; round < 50; round += 1) {
      const text = generateSecretString({ PasswordLength: 4 });
      for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]) expect(text).toMatch(kind);
    }
  });
});

describe('a data directory', () => {
  test('keeps the account for the next start, for its owner alone', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pawl-state-'));
    try {
      const first = openState(directory);
      first.account.parameters.p = { value: 'x', type: 'String', version: 1, modifiedAt: 0 };
      first.save();
      expect(openState(directory).account.parameters.p?.value).toBe('x');
      expect(statSync(join(directory, 'account.json')).mode & 0o077).toBe(0);
      writeFileSync(join(directory, 'account.json'), '{');
      expect(() => openState(directory)).toThrow(/cannot read/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
