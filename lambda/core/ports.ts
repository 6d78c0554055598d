import type { AccessTokenClaims } from './access-token.ts';
import type { Account } from './account.ts';
import type { Session } from './session.ts';
import type { LoginName } from './username.ts';

/**
 * The interfaces that the rules need from outside. Every store method may throw {@link Unavailable}; no other error is
 * expected.
 */

export interface Clock {
  /** Epoch milliseconds. Read once per use case. */
  nowMs(): number;
}

export interface Random {
  /** `length` bytes of a CSPRNG. */
  bytes(length: number): Uint8Array;
}

export interface Crypto {
  sha256(data: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** Compares in constant time; different lengths are unequal. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

export interface Codec {
  toUtf8(text: string): Uint8Array;
  /** `undefined` when the bytes are not UTF-8. */
  fromUtf8(bytes: Uint8Array): string | undefined;
  toBase64url(bytes: Uint8Array): string;
  /** `undefined` unless the text is the canonical, unpadded encoding of its bytes. */
  fromBase64url(text: string): Uint8Array | undefined;
}

/** Two independent keys with one id: protocol.md, "The token". */
export interface RatchetKey {
  readonly keyId: string;
  readonly tagKey: Uint8Array;
  readonly chainKey: Uint8Array;
}

export interface RatchetKeys {
  current(): Promise<RatchetKey>;
  /** An unknown id causes one rate-limited reload, then `undefined`. @throws Unavailable when the reload fails */
  find(keyId: string): Promise<RatchetKey | undefined>;
}

export interface Signer {
  /**
   * Loads the key, so that {@link sign} does not fail because a key is unavailable.
   *
   * @throws Unavailable while the ring cannot be loaded
   * @throws Fault `signing_key_broken`
   */
  ready(): Promise<void>;
  /** A signed access token (RFC 9068). @throws as {@link ready}, and Fault `claims_too_large` */
  sign(claims: AccessTokenClaims): Promise<string>;
}

export interface Verifier {
  /** The claims of a valid access token. @throws Refusal `invalid_token` with the reason @throws Unavailable */
  verify(accessToken: string): Promise<AccessTokenClaims>;
}

export interface Passwords {
  /** A PHC string with the current parameters. */
  hash(password: string): Promise<string>;
  /** Always does the full work, also for an `undefined` hash (and then returns false). */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  needsRehash(hash: string): boolean;
}

export interface Rotation {
  readonly subject: string;
  readonly sessionId: string;
  readonly clientId: string;
  readonly channel: Session['channel'];
  /** Thumbprint of the client key that the request proved possession of. */
  readonly jkt: string | undefined;
  /** Generation and hash of the presented token. */
  readonly generation: number;
  readonly presentedHash: string;
  readonly successorHash: string;
  readonly nonce: string;
  readonly keyId: string;
  /** The floor and the idle lifetime are measured from this time, epoch milliseconds. */
  readonly nowMs: number;
}

/** A request that was not answered. */
export type UnansweredRequest = Pick<Rotation, 'subject' | 'sessionId' | 'generation' | 'presentedHash' | 'nowMs'>;

/** The item after the write; or, if the condition failed, the item that explains why (none: it was deleted). */
export type RotationResult =
  | { readonly applied: true; readonly session: Session }
  | { readonly applied: false; readonly session: Session | undefined };

/** Conditions of a tombstone, besides `status = active`. */
export interface RevokeConditions {
  readonly clientId?: string;
  readonly epoch?: number;
  /** The session's epoch is below this one. */
  readonly epochBelow?: number;
  readonly rotatedAt?: number;
}

/** `revoked`: by this call. `unchanged`: the item explains why (none: it was deleted). */
export type RevokeResult =
  | { readonly outcome: 'revoked' }
  | { readonly outcome: 'unchanged'; readonly session: Session | undefined };

/** Part of a user's sessions. */
export interface ListedSessions {
  /** Sessions that were not ended; expiry and the account are checked separately. */
  readonly sessions: readonly Session[];
  readonly tombstones: readonly {
    readonly sessionId: string;
    /** Epoch milliseconds, to the second. */
    readonly endedAt: number;
  }[];
}

export interface SessionStore {
  /** Strongly consistent. */
  read(subject: string, sessionId: string): Promise<Session | undefined>;
  /** Puts a new session; finding its own earlier write is success. */
  create(session: Session): Promise<void>;
  /** One conditional write, all or nothing. */
  rotate(rotation: Rotation): Promise<RotationResult>;
  /**
   * Notes that a request with the presented token was not answered, so that the token stays excused until one is.
   * Writes only if the session is one generation ahead of it, by a rotation at most G before `nowMs`. Returns whether
   * it wrote.
   */
  owe(request: UnansweredRequest): Promise<boolean>;
  /** Removes that note before a response is sent. G and F are measured from `nowMs`. */
  settle(session: Session, nowMs: number): Promise<RotationResult>;
  /** Ends a session with a tombstone. Writes nothing if there is no active session. */
  revoke(
    subject: string,
    sessionId: string,
    reason: RevokedReason,
    nowMs: number,
    conditions?: RevokeConditions,
  ): Promise<RevokeResult>;
  /** At most `limit` sessions and tombstones of a subject, unordered, in one strongly consistent request. */
  list(subject: string, limit: number): Promise<ListedSessions>;
  /** Deletes a tombstone. Never deletes an active session. */
  deleteTombstone(subject: string, sessionId: string): Promise<void>;
}

export interface Accounts {
  /** The subject that a name leads to. The account is authoritative: see isNameOf. */
  findSubject(name: LoginName): Promise<string | undefined>;
  /** Strongly consistent. */
  read(subject: string): Promise<Account | undefined>;
  /** Account and sessions of a subject in one consistent query. */
  readWithSessions(subject: string): Promise<{ account: Account | undefined; sessions: readonly Session[] }>;
  /** Replaces the hash on condition that it is still `oldHash`. Returns whether it did. Revokes nothing. */
  rehash(subject: string, oldHash: string, newHash: string): Promise<boolean>;
  /** Replaces the account's list of networks. Writes nothing if there is no account. */
  setNetworks(subject: string, networks: readonly string[]): Promise<void>;
  /** @throws NameTaken for the username or the e-mail address */
  create(account: Account, nowMs: number): Promise<void>;
  /** Raises the epoch, sets the kept session and applies the changes in one write. Finding its own write is success. */
  revokeSessions(change: AccountChange): Promise<AccountChanged>;
  /**
   * The same with a new e-mail address, which is claimed first; the old address is released afterwards. Only if the
   * account still has the address that was read.
   *
   * @throws NameTaken
   */
  moveEmail(change: EmailChange): Promise<AccountChanged>;
  /** Sets claims and scopes if they differ from the account's. Returns the resulting account. */
  describe(account: Account, user: Pick<Account, 'claims' | 'scopes'>): Promise<Account>;
  /**
   * Makes a username lead to a subject of your own user store, under an account without a password that is created if
   * there is none. An existing account keeps its epoch and status.
   *
   * @returns false if the subject's account was deleted: a subject is never used again
   */
  adopt(username: string, user: Pick<Account, 'subject' | 'claims' | 'scopes'>, nowMs: number): Promise<boolean>;
  /** Lets a disabled account log in again. Its old sessions stay ended. Returns whether the account exists. */
  enable(subject: string): Promise<boolean>;
}

/** One write on the account that ends its sessions: protocol.md, "Revocation". */
export interface AccountChange {
  readonly subject: string;
  /** The session to keep; absent: none. */
  readonly kept?: string;
  /** A new hash ends the expiry of the old one, unless it comes with its own. */
  readonly set?: {
    readonly passwordHash?: string;
    readonly passwordExpiresAt?: number;
    readonly email?: string;
    readonly status?: 'disabled';
  };
  /** What the caller verified; without it, the change is unconditional. */
  readonly onlyIf?: {
    readonly epoch?: number;
    readonly passwordHash?: string;
    readonly status?: 'active';
    /** `null`: the account has no address. */
    readonly email?: string | null;
  };
  /** @default random */
  readonly operationId?: string;
}

/** The account after the change; or, if a condition failed, the current account (none: it does not exist). */
export type AccountChanged =
  | { readonly applied: true; readonly account: Account }
  | { readonly applied: false; readonly account: Account | undefined };

/** A new e-mail address for an account that was read and whose password was verified. */
export interface EmailChange {
  readonly account: Account;
  /** Normalised. */
  readonly email: string;
  /** The session to keep. */
  readonly kept: string;
  readonly nowMs: number;
}

/** The username or the e-mail address belongs to another account. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
  readonly taken: string;

  constructor(taken: string) {
    super('the name is taken');
    this.taken = taken;
  }
}

/** Why a session ended, as stored in its tombstone. */
export type RevokedReason =
  | 'logged_out'
  | 'replaced'
  | 'evicted'
  | 'reused'
  | 'account_dead'
  | 'deleted'
  | 'revoked_all';
