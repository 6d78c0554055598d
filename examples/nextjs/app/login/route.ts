import { keepAccessToken, sessionOf } from '../../lib/session';

const statusOf = { 'wrong-credentials': 401, 'slow-down': 429, unavailable: 503 } as const;

export async function POST(request: Request): Promise<Response> {
  const { username, password } = (await request.json()) as { username: string; password: string };
  const { session, jar } = await sessionOf();
  const result = await session.login({ username, password });
  if (result.outcome !== 'signed-in') return Response.json(result, { status: statusOf[result.outcome] });
  keepAccessToken(jar, (await session.accessToken()) ?? '');
  return Response.json(result);
}
