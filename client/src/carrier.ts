import type { Body } from './wire.ts';

/**
 * Where the refresh token is kept between two refreshes: in a cookie that scripts cannot read, or in the app's storage.
 */
export interface Carrier {
  /** All tabs of the origin use one refresh token, in the browser's cookie jar. */
  readonly cookie: boolean;
  /** The request parameter with the refresh token; undefined if there is none. */
  present(parameter: string): Promise<Body | undefined>;
  /** Stores the refresh token of a response, unless it is the one that was sent. */
  keep(answer: Body, sent?: Body): Promise<void>;
  /** Deletes the refresh token; if `sent` is given, only that one. Resolves to true if another one is stored. */
  forget(sent?: Body): Promise<unknown>;
}
