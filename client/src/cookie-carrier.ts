import type { Carrier } from './carrier.ts';

/** The browser sends, stores and deletes the cookie. */
export const cookieCarrier: Carrier = {
  cookie: true,
  present: async () => ({}),
  keep: async () => {},
  forget: async () => {},
};
