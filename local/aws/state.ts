import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError, messageOf } from '../errors.ts';
import { objectOf } from '../json.ts';

/** One version of a secret. */
export interface SecretVersion {
  readonly value: string;
  readonly createdAt: number;
  stages: string[];
}

/** A secret with all its versions, by version id. */
export interface Secret {
  readonly name: string;
  readonly createdAt: number;
  readonly versions: Record<string, SecretVersion>;
}

/** A parameter of the Parameter Store. */
export interface Parameter {
  value: string;
  type: string;
  version: number;
  modifiedAt: number;
  /** The template's properties at the last deployment. */
  declared?: string;
}

/** A custom resource that has been created. */
export interface Deployed {
  readonly physicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** All persistent state besides the table: secrets by ARN, parameters by name, custom resources by logical id. */
export interface Account {
  readonly secrets: Record<string, Secret>;
  readonly parameters: Record<string, Parameter>;
  readonly deployed: Record<string, Deployed>;
}

/** The account, and a function that saves it. */
export interface State {
  readonly account: Account;
  /** Call after each change. */
  save(): void;
}

/**
 * Opens the state in a data directory.
 *
 * @param dataDir @default memory only
 */
export function openState(dataDir?: string): State {
  if (dataDir === undefined) return { account: { secrets: {}, parameters: {}, deployed: {} }, save: () => {} };
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'account.json');
  const account = existsSync(path) ? read(path) : { secrets: {}, parameters: {}, deployed: {} };
  return {
    account,
    save: () => {
      // Renamed into place, so that a crash leaves either the old or the new file. It contains private keys, so only
      // the owner can read it.
      writeFileSync(`${path}.new`, JSON.stringify(account, null, 1), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

function read(path: string): Account {
  try {
    const { secrets, parameters, deployed } = objectOf(JSON.parse(readFileSync(path, 'utf8')));
    return {
      secrets: objectOf(secrets),
      parameters: objectOf(parameters),
      deployed: objectOf(deployed),
    } as unknown as Account;
  } catch (error) {
    throw new LocalError(`cannot read ${path}: ${messageOf(error)}`);
  }
}
