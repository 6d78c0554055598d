import type { SessionPolicy } from '../../lambda/core/session.ts';

/** `sessionsNotBefore` changes while the service runs. */
export type Changing = { -readonly [K in keyof SessionPolicy]: SessionPolicy[K] };

/** The settings that clients may rely on, and the limits for thieves, while two versions with other settings serve. */
export interface Bounds {
  readonly strict: Changing;
  readonly loose: Changing;
}

/** The shorter and the longer value of each setting; equal if one version serves. */
export function boundsOf(policies: readonly SessionPolicy[]): Bounds {
  const each = (choose: (...values: number[]) => number): Changing => {
    const of = (name: keyof SessionPolicy) => choose(...policies.map((policy) => policy[name]));
    return {
      idleMs: of('idleMs'),
      absoluteMs: of('absoluteMs'),
      graceMs: of('graceMs'),
      floorMs: of('floorMs'),
      notBefore: of('notBefore'),
    };
  };
  return { strict: each(Math.min), loose: each(Math.max) };
}
