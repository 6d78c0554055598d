import { sessionOf } from '../../lib/session';

export async function POST(): Promise<Response> {
  const { session, jar } = await sessionOf();
  await session.logout();
  jar.delete('access_token');
  return Response.json({});
}
