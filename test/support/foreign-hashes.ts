import { type HashParameters, readFirebaseParameters, storedHash } from '../../cli/transfer/hashes.ts';
import vectors from './foreign-hashes.json' with { type: 'json' };

/** A hash that another system's own library made, and the password it is of. */
export interface ForeignVector {
  readonly name: string;
  readonly madeBy: string;
  readonly password: string;
  /** As the other system spells it. */
  readonly hash: string;
  /** The parameters of the Firebase project, as its console shows them. */
  readonly firebase?: string;
}

export const foreignVectors: readonly ForeignVector[] = vectors;

export function parametersOf({ firebase }: ForeignVector): HashParameters {
  return firebase === undefined ? {} : { firebase: readFirebaseParameters(firebase) };
}

/** The stored spelling of a vector. */
export function storedOf(vector: ForeignVector): string {
  return storedHash(vector.hash, parametersOf(vector));
}

/** The vector of that name. */
export function vectorOf(name: string): ForeignVector {
  const vector = foreignVectors.find((one) => one.name === name);
  if (!vector) throw new Error(`no vector is named ${name}`);
  return vector;
}
