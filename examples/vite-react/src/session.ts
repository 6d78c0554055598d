import { createSession } from 'pawl-client';

export const session = createSession({
  mode: 'cookie',
  baseUrl: import.meta.env.VITE_AUTH_URL ?? 'http://localhost:3000',
});
