import type { Target } from '../frame/target.ts';

/** The result of one check. */
export interface Finding {
  /** `problem`: `said` explains what to do. `skipped`: the check does not apply here. */
  readonly state: 'ok' | 'problem' | 'skipped';
  readonly said: string;
}

export interface Check {
  readonly name: string;
  /** @throws errors of the SDK: a check that fails to run is reported as a problem */
  readonly run: (target: Target) => Promise<Finding>;
}

export const ok = (said: string): Finding => ({ state: 'ok', said });
export const problem = (said: string): Finding => ({ state: 'problem', said });
export const skipped = (said: string): Finding => ({ state: 'skipped', said });
