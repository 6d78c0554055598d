import type { Body } from './wire.ts';

/** Where the refresh token is between two refreshes: in a cookie that no script sees, or in the app's storage. */
export interface Carrier {
  /** All tabs of the origin use one refresh token, in the browser's cookie jar. */
  readonly cookie: boolean;
  /** What a request sends for the refresh token under that name; undefined: there is none. */
  present(parameter: string): Promise<Body | undefined>;
  /** Stores the refresh token of an answer, unless it is the one that was sent. */
  keep(answer: Body, sent?: Body): Promise<void>;
  /** Forgets the refresh token; when `sent` is given, that one only. Resolves to true when another one is stored. */
  forget(sent?: Body): Promise<unknown>;
}
