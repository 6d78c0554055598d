import type { Actor } from './actor.ts';
import { type Page, shorten } from './page.ts';

/** Default settings, in seconds: token lifetimes, the grace window and the rotation floor. */
const ACCESS_TTL = 600;
const GRACE = 30;
const FLOOR = 50;

/** The user who logs in. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The protocol's story. Each step sends real requests and checks the results. @throws StoryError */
export async function tell(page: Page, actor: Actor, { username, password }: Credentials): Promise<void> {
  page.step('Log in');
  const first = await actor.login(username, password);
  page.note(`access token ${shorten(first.access)}, refresh token ${shorten(first.refresh)}`);
  page.check('a session is open', first.refresh.startsWith('pwl1.'));

  page.step('Call a guarded route');
  const good = await actor.me(first.access);
  const none = await actor.me(undefined);
  const tampered = await actor.me(tamper(first.access), 'tampered');
  const statuses = [good, none, tampered].join();
  page.check('the access token passes; none and a tampered one do not', statuses === '200,401,403', statuses);

  page.step('The access token expires, and a refresh returns a new one');
  actor.later(ACCESS_TTL + 1, 'an access token lives for 10 minutes');
  const expired = await actor.me(first.access);
  const second = await actor.refreshed(first.refresh);
  const again = await actor.me(second.access);
  page.check('expired: 403; refreshed: 200', expired === 403 && again === 200, `${expired}, ${again}`);
  page.check('the refresh token has changed too', second.refresh !== first.refresh);
  const soon = await actor.refreshed(second.refresh);
  page.check('refreshed again too soon: a new access token, the same refresh token', soon.refresh === second.refresh);

  const third = await lostResponse(page, actor, second.refresh);
  const fourth = await twoTabs(page, actor, third);
  await thief(page, actor, fourth);

  page.step('Log out');
  const last = await actor.login(username, password);
  const revoked = await actor.revoke(last.refresh);
  const dead = await actor.refresh(last.refresh);
  page.check('the session has ended', revoked === 200 && dead.body.error === 'invalid_grant', `${revoked}`);
  const unknown = await actor.revoke('an-unknown-token');
  page.check('revoking an unknown token is not an error', unknown === 200, String(unknown));
}

async function lostResponse(page: Page, actor: Actor, token: string): Promise<string> {
  page.step('A response is lost');
  actor.later(FLOOR + 1, 'a session rotates at most once in 50 s');
  const read = await actor.refreshAndLoseAnswer(token);
  page.check('the service rotated, the client got no response', read === 0 && lastRows(actor, 1) === 'rotated');
  const retry = (await actor.refreshed(token)).refresh;
  const second = (await actor.refreshed(token)).refresh;
  page.note(`successor ${shorten(retry)}`);
  page.check('both retries get the same successor, byte for byte', retry === second);
  page.check(
    'the log records both as a retry: nothing was written for them',
    lastRows(actor, 2) === 'retry,retry',
    lastRows(actor, 2),
  );
  return retry;
}

async function twoTabs(page: Page, actor: Actor, token: string): Promise<string> {
  page.step('Tabs refresh in parallel');
  actor.later(FLOOR + 1, 'the floor has passed');
  const answers = await actor.refreshAtOnce(20, token);
  const succeeded = answers.filter(({ status }) => status === 200).length;
  const distinct = new Set(answers.map(({ body }) => body.refresh_token));
  page.check('20 times 200, one distinct refresh token', succeeded === 20 && distinct.size === 1, `${distinct.size}`);
  const rotations = lastRows(actor, 20)
    .split(',')
    .filter((row) => row === 'rotated').length;
  page.check('one of them rotated, the others returned its result', rotations === 1, `${rotations}`);
  const [successor] = distinct;
  return String(successor);
}

async function thief(page: Page, actor: Actor, token: string): Promise<void> {
  page.step('A thief replays a copy');
  page.note(`the thief copies ${shorten(token)}`);
  actor.later(FLOOR + 1, 'the floor has passed');
  const victims = await actor.refreshed(token);
  actor.later(GRACE + 1, 'the old token is no longer excused');
  const replay = await actor.refresh(token, 'the thief');
  const afterwards = await actor.refresh(victims.refresh, 'the victim');
  const errors = `${replay.body.error}, ${afterwards.body.error}`;
  page.check('both are signed out: the session has ended', errors === 'invalid_grant, invalid_grant', errors);
  const reasons = actor
    .outcomes('refresh')
    .slice(-2)
    .map(({ reason }) => reason)
    .join();
  page.check('the log says why: reuse, then a revoked session', reasons === 'token_reused,session_revoked', reasons);
  const stillOut = await actor.me(victims.access);
  actor.later(ACCESS_TTL, 'the last access token expires');
  const over = await actor.me(victims.access);
  page.check('the last access token works until it expires', stillOut === 200 && over === 403, `${over}`);
}

function lastRows(actor: Actor, count: number): string {
  return actor
    .outcomes('refresh')
    .slice(-count)
    .map(({ outcome }) => outcome)
    .join();
}

/** Changes one character in the middle of the signature. */
function tamper(token: string): string {
  const at = token.length - 20;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}
