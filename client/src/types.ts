/**
 * - `signed-in`: the service has confirmed the session.
 * - `signed-out`: there is no session. Show the login.
 * - `unreachable`: the service has not responded. A session may still exist; show your offline content.
 */
export type State = 'signed-in' | 'signed-out' | 'unreachable';

export interface SessionOptions {
  /** URL of the auth service, including the base path, without query and fragment: `https://auth.example.com`. */
  readonly baseUrl: string;
  /** Called with each new state. */
  readonly onChange?: (state: State) => void;
  /**
   * Additional origins that `fetch` may send the access token to, such as `https://api.example.com`. `createSession`
   * throws a TypeError for one that is not a URL.
   *
   * @default only the origin of `baseUrl`
   */
  readonly apiOrigins?: readonly string[];
  /**
   * The client id to open sessions with.
   * @default `default`
   */
  readonly clientId?: string;
}

/** Storage for one refresh token that other apps cannot read: Keychain, Keystore, Expo SecureStore. */
export interface SessionStorage {
  /** Resolves to null or undefined when nothing is stored. Rejects when the store cannot be read. */
  get(): Promise<string | null | undefined>;
  set(refreshToken: string): Promise<void>;
  remove(): Promise<void>;
}

/** Every method accepts a signal. A cancelled call rejects with the signal's reason. */
export interface Cancellable {
  readonly signal?: AbortSignal;
}

export interface LoginRequest extends Cancellable {
  readonly username: string;
  readonly password: string;
  /** Shown in the list of devices. */
  readonly deviceName?: string;
}

/** Too many attempts, or no response. */
export type NotNow =
  | { readonly outcome: 'slow-down'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'unavailable' };

export type LoginResult =
  | { readonly outcome: 'signed-in'; readonly sessionId: string }
  /** Wrong username, wrong password or a disabled account: the service does not say which. */
  | { readonly outcome: 'wrong-credentials' }
  | NotNow;

export type ChangeResult =
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'wrong-password' }
  /** The new value violates a rule, which the English description names. */
  | { readonly outcome: 'not-accepted'; readonly description: string }
  | NotNow;

/** A live session of the user. Times are epoch milliseconds. */
export interface Device {
  readonly sessionId: string;
  readonly clientId: string;
  readonly deviceName: string | undefined;
  readonly userAgent: string | undefined;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly current: boolean;
}

export interface BasicSession {
  /** `unreachable` before the first response; see `ready`. */
  readonly state: State;
  /** False until the first response, or the first failure to get one: show a splash screen, not the login. */
  readonly ready: boolean;
  /** When the user must log in again, even if active. Epoch milliseconds; undefined while unknown. */
  readonly loginEndsAt: number | undefined;
  /** When the session ends if the app is not used. Epoch milliseconds; undefined while unknown. */
  readonly idleEndsAt: number | undefined;
  /** Calls back with each new state. Returns a function that unsubscribes. */
  subscribe(listener: (state: State) => void): () => void;
  /**
   * A valid access token; undefined when signed out.
   * @throws SessionError `unreachable`, `slow-down` or `refused`
   */
  accessToken(call?: Cancellable): Promise<string | undefined>;
  /**
   * Like the global `fetch`, with the access token. A path that begins with `/` is relative to `baseUrl`. After 401 or
   * 403 it refreshes once and repeats the call once, unless the body is a stream or an async iterable. Signed out, it
   * sends the call without a token.
   *
   * @throws TypeError for an origin that is not in `apiOrigins`, and as `fetch` does
   * @throws SessionError when a new access token is needed but unavailable
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** @throws SessionError `refused` when the service does not accept the request itself */
  login(request: LoginRequest): Promise<LoginResult>;
  /**
   * Ends this session on the server, then forgets its token.
   *
   * @throws SessionError when the server has not confirmed: the session still exists. Call `logout` again.
   */
  logout(call?: Cancellable): Promise<void>;
}

export interface AccountMethods {
  /**
   * Ends every session of the user. With `keepCurrent`, it ends every other one, and needs the current password unless
   * the login is recent.
   *
   * @throws SessionError
   */
  logoutEverywhere(
    call?: Cancellable & { readonly keepCurrent?: boolean; readonly currentPassword?: string },
  ): Promise<void>;
  /** The user's live sessions. @throws SessionError */
  sessions(call?: Cancellable): Promise<Device[]>;
  /**
   * Ends one of the user's sessions. Unless it is this session, the current password is needed if the login is not
   * recent. A session that has already ended is not an error.
   *
   * @throws SessionError
   */
  endSession(sessionId: string, call?: Cancellable & { readonly currentPassword?: string }): Promise<void>;
  /** Changes the password and ends every other session. @throws SessionError `signed-out` or `refused` */
  changePassword(
    change: Cancellable & { readonly currentPassword: string; readonly newPassword: string },
  ): Promise<ChangeResult>;
  /** Changes the e-mail address and ends every other session. @throws SessionError `signed-out` or `refused` */
  changeEmail(
    change: Cancellable & { readonly currentPassword: string; readonly email: string },
  ): Promise<ChangeResult>;
}

export interface Session extends BasicSession, AccountMethods {}
