import type { Carrier } from './carrier.ts';
import type { SessionStorage } from './types.ts';

/** The refresh token is in the app's storage and is sent in request bodies. */
export const bodyCarrier = (storage: SessionStorage): Carrier => {
  let last: Promise<unknown> = Promise.resolve();
  /** Writes run one after another: a slow write must not finish after the write of a later login. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return {
    cookie: false,
    present: async (parameter) => {
      const token = await inTurn(() => storage.get());
      return token ? { [parameter]: token } : undefined;
    },
    keep: async ({ refresh_token: token }, sent) => {
      // The token that was sent may come back late, after a newer one.
      if (token && token !== sent?.refresh_token) await inTurn(() => storage.set(token as string));
    },
    forget: (sent) =>
      inTurn(async () => {
        const token = sent && (await storage.get());
        const other = token !== sent?.refresh_token;
        if (!other) await storage.remove();
        return other;
      }),
  };
};
