import { createAccount } from '../../lambda/core/create-account.ts';
import { nodeCodec, nodeCrypto, nodeRandom } from '../../lambda/crypto/node-crypto.ts';
import { AccountRemoval } from '../../lambda/store/account-removal.ts';
import { Steps } from '../frame/steps.ts';
import { accountsIn, tableOf } from '../frame/table.ts';
import { deleteUser } from '../users/delete-user.ts';
import { hashPassword, requireArgon2 } from '../users/hashing.ts';
import { type Check, ok, problem } from './check.ts';

const timeoutMs = 15_000;

/** Logs in, refreshes and revokes as a temporary user, which is always deleted afterwards. */
export const roundTrip: Check = {
  name: 'round trip',
  run: async (target) => {
    requireArgon2();
    const url = target.need('ApiUrl').replace(/\/$/, '');
    const table = tableOf(target);
    const password = nodeCodec.toBase64url(nodeRandom.bytes(18));
    const username = `doctor-${nodeCodec.toBase64url(nodeRandom.bytes(6)).toLowerCase()}`;
    const tools = {
      ...{ clock: target, random: nodeRandom, codec: nodeCodec, accounts: accountsIn(table) },
      passwords: { hash: hashPassword },
    };
    const account = await createAccount({ username, password, scopes: [] }, tools);
    try {
      const startedAt = performance.now();
      const fault = await loginRefreshRevoke(url, username, password);
      const log = target.isLocal ? 'the output of npm start' : 'the log of the functions';
      if (fault !== undefined) return problem(`${fault}: look for it in ${log}`);
      return ok(`login, refresh and revoke in ${Math.round(performance.now() - startedAt)} ms, by ${url}`);
    } finally {
      const removal = new AccountRemoval(table, { crypto: nodeCrypto, codec: nodeCodec });
      const user = { subject: account.subject, names: [username] };
      // The temporary user is not a real one, so no event is sent.
      const deletion = { removal, steps: new Steps(), nowMs: () => target.nowMs(), tell: async () => {} };
      await deleteUser(user, undefined, deletion);
    }
  },
};

async function loginRefreshRevoke(url: string, username: string, password: string): Promise<string | undefined> {
  const login = await post(`${url}/auth/login`, JSON.stringify({ username, password }), 'application/json');
  if (login.status !== 200) return `the login answered ${login.status}`;
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const refresh = (token: string) =>
    post(`${url}/auth/refresh`, form({ grant_type: 'refresh_token', refresh_token: token }));
  const refreshed = await refresh(String(login.json.refresh_token));
  if (refreshed.status !== 200) return `the refresh answered ${refreshed.status}`;
  const token = String(refreshed.json.refresh_token);
  const revoked = await post(`${url}/auth/revoke`, form({ token }));
  if (revoked.status !== 200) return `the revocation answered ${revoked.status}`;
  const dead = await refresh(token);
  return dead.status === 400 ? undefined : `a refresh after the revocation answered ${dead.status}, not 400`;
}

async function post(url: string, body: string, contentType = 'application/x-www-form-urlencoded') {
  const headers = { 'content-type': contentType };
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
  const json = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  return { status: answer.status, json };
}
