import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type JsonObject, textsOf } from '../json.ts';
import { AwsError, type AwsService } from './aws-endpoints.ts';
import type { Secret, State } from './state.ts';

/** The part of Secrets Manager that a function needs to read a secret and to put a new version of it. */
export function secretsManager(state: State, clock: Clock): AwsService {
  return {
    GetSecretValue: (input) => {
      const [arn, secret] = find(state, input);
      const stage = input.VersionStage ?? (input.VersionId === undefined ? 'AWSCURRENT' : undefined);
      const found = Object.entries(secret.versions).find(
        ([id, { stages }]) =>
          (input.VersionId === undefined || id === input.VersionId) &&
          (stage === undefined || stages.includes(String(stage))),
      );
      if (found === undefined) {
        throw new AwsError(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret value for staging label: ${String(stage)}`,
        );
      }
      const [id, version] = found;
      return {
        ARN: arn,
        Name: secret.name,
        VersionId: id,
        SecretString: version.value,
        VersionStages: version.stages,
        CreatedDate: version.createdAt / 1000,
      };
    },
    PutSecretValue: (input) => {
      const [arn, secret] = find(state, input);
      if (typeof input.SecretString !== 'string')
        throw new AwsError('InvalidParameterException', 'the local run stores only secrets given as SecretString');
      const id = String(input.ClientRequestToken ?? randomUUID());
      const stages = textsOf(input.VersionStages) ?? ['AWSCURRENT'];
      const existing = secret.versions[id];
      if (existing !== undefined && existing.value !== input.SecretString) {
        throw new AwsError('ResourceExistsException', `a version ${id} with another value exists already`);
      }
      if (existing === undefined) putVersion(secret, id, input.SecretString, stages, clock.now());
      state.save();
      return { ARN: arn, Name: secret.name, VersionId: id, VersionStages: secret.versions[id]?.stages ?? [] };
    },
    DescribeSecret: (input) => {
      const [arn, secret] = find(state, input);
      const stages = Object.entries(secret.versions).map(([id, version]) => [id, version.stages] as const);
      return {
        ARN: arn,
        Name: secret.name,
        CreatedDate: secret.createdAt / 1000,
        VersionIdsToStages: Object.fromEntries(stages),
      };
    },
    UpdateSecretVersionStage: (input) => {
      const [arn, secret] = find(state, input);
      const stage = String(input.VersionStage);
      const holder = Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage))?.[0];
      const target = input.MoveToVersionId === undefined ? undefined : String(input.MoveToVersionId);
      if (holder !== undefined && holder !== target && holder !== input.RemoveFromVersionId) {
        throw new AwsError(
          'InvalidParameterException',
          `the staging label ${stage} is attached to version ${holder}: name it in RemoveFromVersionId`,
        );
      }
      if (target !== undefined && secret.versions[target] === undefined)
        throw new AwsError('ResourceNotFoundException', `there is no version ${target}`);
      if (target === undefined) detach(secret, stage);
      else attach(secret, target, stage);
      state.save();
      return { ARN: arn, Name: secret.name };
    },
  };
}

/** Adds a version and moves the stages to it; the one that was AWSCURRENT becomes AWSPREVIOUS. */
export function putVersion(secret: Secret, id: string, value: string, stages: readonly string[], now: number): void {
  const first = Object.keys(secret.versions).length === 0;
  secret.versions[id] = { value, createdAt: now, stages: [] };
  for (const stage of first ? new Set([...stages, 'AWSCURRENT']) : stages) attach(secret, id, stage);
  // AWS also removes versions without a stage, but later.
  for (const [other, version] of Object.entries(secret.versions))
    if (version.stages.length === 0) delete secret.versions[other];
}

function attach(secret: Secret, id: string, stage: string): void {
  const holder = Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage))?.[0];
  if (holder === id) return;
  detach(secret, stage);
  secret.versions[id]?.stages.push(stage);
  if (stage === 'AWSCURRENT' && holder !== undefined) {
    detach(secret, 'AWSPREVIOUS');
    secret.versions[holder]?.stages.push('AWSPREVIOUS');
  }
}

function detach(secret: Secret, stage: string): void {
  for (const version of Object.values(secret.versions))
    version.stages = version.stages.filter((other) => other !== stage);
}

function find(state: State, input: JsonObject): [string, Secret] {
  const wanted = String(input.SecretId);
  const found = Object.entries(state.account.secrets).find(
    ([arn, { name }]) => wanted === arn || wanted === name || arn.replace(/-[^-]{6}$/, '') === wanted,
  );
  if (found === undefined)
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return found;
}
