import type { Access } from './access.ts';
import type { State } from './types.ts';
import type { Answer, Send } from './wire.ts';

/** One session: its state, its access token, and the refresh in flight. */
export interface Core {
  readonly send: Send;
  readonly now: () => number;
  /** Undefined until the first response, or the first failure to get one. */
  known(): State | undefined;
  current(): Access | undefined;
  subscribe(listener: (state: State) => void): () => void;
  /** The access token while it is valid, else a new one; undefined when signed out. */
  valid(signal?: AbortSignal | null): Promise<Access | undefined>;
  /** One refresh at a time; concurrent callers share the result. `refused` is the token that no longer works. */
  refresh(signal?: AbortSignal | null, refused?: string): Promise<Access | undefined>;
  /**
   * Runs a login or logout exclusively. The refresh in flight is aborted, in this tab and in others, so that its late
   * response does not restore the previous session.
   */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Stores the access token of a response. Its lifetime counts from the time of the request, which errs on the short
   * side.
   */
  commit(type: 'access' | 'login', answer: Answer, sentAt: number): Access;
  /** The session has ended. */
  end(): void;
}
