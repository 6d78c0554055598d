import type { SessionStorage } from './types.ts';

/** Keeps the refresh token until the process ends. For tests and short-lived scripts. */
export const memoryStorage = (): SessionStorage => {
  let token: string | undefined;
  return {
    get: async () => token,
    set: async (value) => {
      token = value;
    },
    remove: async () => {
      token = undefined;
    },
  };
};
