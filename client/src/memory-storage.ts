import type { SessionStorage } from './types.ts';

/** Keeps the refresh token until the process ends. For tests and short-lived scripts. */
export const memoryStorage = (): SessionStorage => {
  let token: string | undefined;
  const set = async (value?: string) => {
    token = value;
  };
  return { get: async () => token, set, remove: () => set() };
};
