import type { Progress } from './progress.ts';

/** The inputs of the rehearsal. */
export interface Stage {
  readonly progress: Progress;
  /** Directory for its files. */
  readonly home: string;
  /** The emulator. */
  readonly endpoint: string;
  /** Environment that points every client at the emulator. */
  readonly env: NodeJS.ProcessEnv;
}
