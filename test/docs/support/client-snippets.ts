/** The exports of the page's snippets that these tests use. */
export interface MobileSession {
  login(username: string, password: string): Promise<boolean>;
  fetch(path: string): Promise<Response>;
  refresh(): Promise<string>;
  logout(): Promise<void>;
}
export type Store = {
  token: string | undefined;
  read(): Promise<unknown>;
  write(t: string): Promise<void>;
  clear(): Promise<void>;
};
export interface Mobile {
  readonly MobileSession: new (base: string, store: Store) => MobileSession;
}
export interface Web {
  login(username: string, password: string): Promise<boolean>;
  accessToken(): Promise<string>;
  refresh(): Promise<string>;
  logout(): Promise<void>;
}

/** A storage in memory. */
export const keychain = (): Store => ({
  token: undefined,
  read: async function () {
    return this.token;
  },
  write: async function (token) {
    this.token = token;
  },
  clear: async function () {
    this.token = undefined;
  },
});
