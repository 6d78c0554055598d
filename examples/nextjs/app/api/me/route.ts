import { SessionError } from 'pawl-client/body';
import { callApi } from '../../../lib/session';

export async function GET(): Promise<Response> {
  try {
    const { status, ...answer } = await callApi('/me').then(async (response) => ({
      status: response.status,
      body: await response.json(),
    }));
    return Response.json(answer.body, { status });
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    // The session still exists, so the page may retry.
    return Response.json({ error: error.code }, { status: 503 });
  }
}
