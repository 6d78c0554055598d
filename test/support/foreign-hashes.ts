import { type HashParameters, readFirebaseParameters, storedHash } from '../../cli/transfer/hashes.ts';
import vectors from './foreign-hashes.json' with { type: 'json' };

/** A hash made by another system's own library, and its password. */
export interface ForeignVector {
  readonly name: string;
  readonly madeBy: string;
  readonly password: string;
  /** In the notation of the other system. */
  readonly hash: string;
  /** The parameters of the Firebase project, as shown in its console. */
  readonly firebase?: string;
}

export const foreignVectors: readonly ForeignVector[] = vectors;

export function parametersOf({ firebase }: ForeignVector): HashParameters {
  return firebase === undefined ? {} : { firebase: readFirebaseParameters(firebase) };
}

/** The stored form of a vector's hash. */
export function storedOf(vector: ForeignVector): string {
  return storedHash(vector.hash, parametersOf(vector));
}

/** The vector of that name. */
export function vectorOf(name: string): ForeignVector {
  const vector = foreignVectors.find((one) => one.name === name);
  if (!vector) throw new Error(`no vector is named ${name}`);
  return vector;
}
