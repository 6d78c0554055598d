import { cookies } from 'next/headers';
import { type BasicSession, createSession, type SessionStorage } from 'pawl-client/body';

const baseUrl = process.env.AUTH_URL ?? 'http://localhost:3000';

type Jar = Awaited<ReturnType<typeof cookies>>;

const options = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const;

/** The refresh token in a cookie of this server. Scripts of the page cannot read it. */
const storageIn = (jar: Jar): SessionStorage => ({
  get: async () => jar.get('refresh_token')?.value,
  set: async (token) => void jar.set('refresh_token', token, { ...options, maxAge: 90 * 86_400 }),
  remove: async () => void jar.delete('refresh_token'),
});

/** The session of the browser that sent this request. For route handlers and server actions, which may set cookies. */
export async function sessionOf(): Promise<{ readonly session: BasicSession; readonly jar: Jar }> {
  const jar = await cookies();
  return { session: createSession({ baseUrl, storage: storageIn(jar) }), jar };
}

/**
 * Calls the API with the browser's access token. After 401 or 403 it refreshes. Parallel requests with one cookie refresh
 * in parallel, in as many server processes as there are: each gets the same new refresh token, so it does not matter
 * whose `Set-Cookie` the browser keeps.
 */
export async function callApi(path: string): Promise<Response> {
  const { session, jar } = await sessionOf();
  const call = (token: string) =>
    fetch(baseUrl + path, { headers: { authorization: `Bearer ${token}` }, cache: 'no-store' });
  const held = jar.get('access_token')?.value;
  const first = held && (await call(held));
  if (first && first.status !== 401 && first.status !== 403) return first;
  const token = await session.accessToken();
  if (!token) return Response.json({ error: 'signed_out' }, { status: 401 });
  keepAccessToken(jar, token);
  return call(token);
}

export function keepAccessToken(jar: Jar, token: string): void {
  jar.set('access_token', token, options);
}
