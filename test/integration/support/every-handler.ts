import { jsonCall } from '../../support/http-client.ts';
import type { ProxiedService, User } from './service.ts';
import { login, me, openSession, refresh, revoke, tokensOf } from './session.ts';

/**
 * One call of every handler that the stack has, as it answered: a status, or the outcome of what no client waits for.
 * Run twice, it gives the same both times.
 */
export async function callEveryHandler(
  service: ProxiedService,
  user: User,
): Promise<Readonly<Record<string, unknown>>> {
  const { local } = service;
  const answers: Record<string, unknown> = {};
  const first = await login(service, user);
  answers['POST /auth/login'] = first.status;
  answers['POST /auth/login, wrong password'] = (await login(service, { ...user, password: 'a wrong one' })).status;
  const opened = first.status === 200 ? tokensOf(first) : { accessToken: '', refreshToken: '', sessionId: '' };
  answers['POST /auth/refresh'] = (await refresh(service, opened.refreshToken)).status;
  answers['GET /me'] = (await me(service, opened.accessToken)).status;
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const call = async (
    name: string,
    path: string,
    body: Record<string, unknown> | undefined,
    token: string,
    method = 'POST',
  ) => {
    const made = body === undefined ? { path, method, headers: as(token) } : jsonCall(path, body, as(token));
    const reply = await service.send(made);
    answers[name] = reply.status;
    return reply;
  };
  await call('GET /auth/sessions', '/auth/sessions', undefined, opened.accessToken, 'GET');
  const second = await openSession(service, user);
  await call(
    'DELETE /auth/sessions/{sid}',
    `/auth/sessions/${second.sessionId}`,
    undefined,
    second.accessToken,
    'DELETE',
  );
  const current_password = user.password;
  const email = { current_password, email: `${user.username}@example.com` };
  await call('POST /auth/email', '/auth/email', email, opened.accessToken);
  const third = await openSession(service, user);
  const same = { current_password, new_password: user.password };
  await call('POST /auth/password', '/auth/password', same, third.accessToken);
  const fourth = await openSession(service, user);
  await call('POST /auth/revoke-all', '/auth/revoke-all', {}, fourth.accessToken);
  const fifth = await openSession(service, user);
  answers['POST /auth/revoke'] = (await revoke(service, fifth.refreshToken)).status;
  for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server'])
    answers[`GET ${path}`] = (await service.send({ path })).status;
  const signal = {
    version: '0',
    id: `signal ${Math.random()}`,
    source: 'pawl.signal',
    'detail-type': 'AdminForcedLogout',
    detail: { subject: user.subject },
  };
  answers['a signal'] = (await local.invoke('TokenServiceSignals', signal)).ok;
  answers['the daily look at the keys'] = (await local.invoke('TokenServiceKeyRotation', { force: false })).ok;
  return answers;
}
