import type { Target } from '../frame/target.ts';

/** What one check found. */
export interface Finding {
  /** `problem`: `said` says what to do. `skipped`: it cannot be looked at here. */
  readonly state: 'ok' | 'problem' | 'skipped';
  readonly said: string;
}

export interface Check {
  readonly name: string;
  /** @throws whatever the SDK throws: a check that could not be made is a problem */
  readonly run: (target: Target) => Promise<Finding>;
}

export const ok = (said: string): Finding => ({ state: 'ok', said });
export const problem = (said: string): Finding => ({ state: 'problem', said });
export const skipped = (said: string): Finding => ({ state: 'skipped', said });
