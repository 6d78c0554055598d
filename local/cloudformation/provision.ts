import { randomUUID } from 'node:crypto';
import { putVersion } from '../aws/secrets-manager.ts';
import type { Secret, State } from '../aws/state.ts';
import type { Clock } from '../clock.ts';
import { objectOf } from '../json.ts';
import { generateSecretString } from './random-password.ts';
import { createTable } from './tables.ts';
import type { Resource, Template } from './template.ts';

/** Creates one resource that holds data, unless it exists; resources of other types need nothing. */
export async function provision(
  template: Template,
  resource: Resource,
  {
    databaseEndpoint,
    state,
    clock,
  }: { readonly databaseEndpoint: string; readonly state: State; readonly clock: Clock },
): Promise<void> {
  const ref = (): string => String(template.resolve({ Ref: resource.id }));
  switch (resource.type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      await createTable(databaseEndpoint, template, resource, ref());
      break;
    case 'AWS::SecretsManager::Secret':
      createSecret(template, resource, ref(), state, clock);
      break;
    case 'AWS::SSM::Parameter':
      applyParameter(template, resource, ref(), state, clock);
      break;
    default:
  }
}

function createSecret(template: Template, resource: Resource, arn: string, state: State, clock: Clock): void {
  if (state.account.secrets[arn] !== undefined) return;
  const generate = template.property(resource, 'GenerateSecretString');
  const own = template.property(resource, 'SecretString');
  const name = arn.slice(arn.indexOf(':secret:') + ':secret:'.length, -7);
  const secret: Secret = { name, createdAt: clock.now(), versions: {} };
  const value =
    own === undefined ? (generate === undefined ? undefined : generateSecretString(objectOf(generate))) : String(own);
  if (value !== undefined) putVersion(secret, randomUUID(), value, ['AWSCURRENT'], clock.now());
  state.account.secrets[arn] = secret;
  state.save();
}

/** A later deployment changes a parameter only if its value in the template has changed. */
function applyParameter(template: Template, resource: Resource, name: string, state: State, clock: Clock): void {
  const declared = String(template.property(resource, 'Value'));
  const existing = state.account.parameters[name];
  if (existing?.declared === declared) return;
  const type = String(template.property(resource, 'Type') ?? 'String');
  state.account.parameters[name] = {
    value: declared,
    type,
    version: (existing?.version ?? 0) + 1,
    modifiedAt: clock.now(),
    declared,
  };
  state.save();
}
