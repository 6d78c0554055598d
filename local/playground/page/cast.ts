import type { Device, Thief } from './actors.ts';
import type { Settings } from './service.ts';
import type { Timeline, Tone } from './timeline.ts';

/** All participants. */
export interface Cast {
  readonly owner: Device;
  readonly device: Device;
  readonly thief: Thief;
  readonly timeline: Timeline;
  readonly settings: Settings;
  /** The demo user's current password. */
  password: string;
}

/** The result of a step. */
export interface Verdict {
  readonly text: string;
  readonly tone: Tone;
  /** The owner's app does not know this yet, so the page must not reveal it. */
  readonly unnoticed?: true;
}

/** The participant that acts. The page shows the groups in this order. */
export const groups = { owner: 'An ordinary day', thief: 'A thief', defence: 'The owner acts' } as const;
export type Group = keyof typeof groups;

export interface Action {
  readonly id: string;
  readonly button: string;
  /** The question that it answers, in one sentence. */
  readonly question: string;
  readonly group: Group;
  /** Whether the action is possible now. */
  ready(cast: Cast): boolean;
  run(cast: Cast): Promise<Verdict>;
}
