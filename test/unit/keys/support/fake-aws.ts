import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { emptySecret } from '../../../../lambda/contract/secrets.ts';
import { createKeys } from '../../../../lambda/keys/create-keys.ts';
import { keyLife } from '../../../../lambda/keys/rotation.ts';

export const marker = JSON.stringify({ version: emptySecret.version, [emptySecret.fillerName]: 'a8Xc' });

export const life = keyLife(30, 600_000);

/** Secrets Manager and SSM as far as createKeys uses them; `dieAt` makes the n-th call fail before it does anything. */
export function fakeAws(dieAt = Number.POSITIVE_INFINITY) {
  const secrets = new Map(
    ['signing', 'ratchet'].map((id) => [id, { value: marker, versionId: randomUUID() as string }]),
  );
  const parameter = { value: '' };
  const aws = { secrets, parameter, calls: 0, dieAt, beforePut: () => {} };
  const send = async (command: unknown) => {
    aws.calls += 1;
    if (aws.calls === aws.dieAt) throw new Error('died');
    if (command instanceof PutParameterCommand) parameter.value = command.input.Value ?? '';
    if (command instanceof GetParameterCommand) {
      if (parameter.value === '') throw Object.assign(new Error('none'), { name: 'ParameterNotFound' });
      return { Parameter: { Value: parameter.value } };
    }
    if (command instanceof GetSecretValueCommand) {
      const secret = secrets.get(command.input.SecretId ?? '');
      return { SecretString: secret?.value, VersionId: secret?.versionId };
    }
    if (command instanceof PutSecretValueCommand) {
      aws.beforePut();
      const { SecretId = '', SecretString = '', ClientRequestToken = '' } = command.input;
      const secret = secrets.get(SecretId);
      if (secret?.versionId === ClientRequestToken && secret.value !== SecretString) {
        throw Object.assign(new Error('exists'), { name: 'ResourceExistsException' });
      }
      secrets.set(SecretId, { value: SecretString, versionId: ClientRequestToken });
    }
    return {};
  };
  const client = { send } as unknown;
  const create = () =>
    createKeys(
      {
        secrets: client as SecretsManagerClient,
        parameters: client as SSMClient,
        signingSecret: 'signing',
        ratchetSecret: 'ratchet',
        jwksParameter: 'jwks',
        now: () => 1_000,
      },
      life,
    );
  const ring = <R>(id: string) => JSON.parse(secrets.get(id)?.value ?? '') as R;
  return Object.assign(aws, { create, ring });
}
