import type { State } from '../../../client/src/index.ts';
import { actions } from './actions.ts';
import { Device, Thief } from './actors.ts';
import { type Action, type Cast, type Group, groups, type Verdict } from './cast.ts';
import { cost, loadSettings, now, type Settings } from './service.ts';
import { Timeline } from './timeline.ts';
import { age, drawCard, element, readAccessToken, readRefreshToken } from './tokens.ts';

const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const words: Readonly<Record<State, string>> = {
  'signed-in': 'Signed in',
  'signed-out': 'Signed out',
  unreachable: 'Service unreachable',
};

const settings: Settings = await loadSettings();
const timeline = new Timeline(byId('timeline'));
const cast: Cast = {
  owner: new Device('owner', timeline, () => draw()),
  device: new Device('device', timeline, () => draw()),
  thief: new Thief(timeline),
  timeline,
  settings,
  password: settings.password ?? '',
};
const buttons = new Map<Action, HTMLButtonElement>();
let busy = false;

function draw(): void {
  const { state } = cast.owner.session;
  const pill = byId('state');
  pill.textContent = words[state];
  pill.dataset.state = state;
  const signedIn = state === 'signed-in';
  byId('login').hidden = signedIn;
  byId('tokens').hidden = cast.owner.refreshToken === undefined;
  byId('try').hidden = !signedIn && cast.thief.refreshToken === undefined;
  byId('main').ariaBusy = String(busy);
  for (const [action, button] of buttons) button.ariaDisabled = String(busy || !action.ready(cast));
  drawTokens();
}

function drawTokens(): void {
  const { refreshToken, accessToken } = cast.owner;
  const claims = accessToken === undefined ? undefined : readAccessToken(accessToken);
  const parts = refreshToken === undefined ? undefined : readRefreshToken(refreshToken);
  drawCard(byId('access'), {
    title: 'Access token',
    about: 'Sent to every service. Verified by its signature.',
    raw: accessToken,
    facts: Object.entries(claims ?? {}).map(([name, value]) => [name, String(value)] as const),
    left: claims ? Number(claims.exp) - now() / 1_000 : 0,
    of: settings.accessTokenTtlSeconds,
  });
  drawCard(byId('refresh'), {
    title: parts ? `Refresh token ${parts.generation}` : 'Refresh token',
    about: 'Sent to the auth service only. Works once.',
    raw: refreshToken,
    facts: parts
      ? [
          ['generation', String(parts.generation)],
          ['session', parts.sessionId],
          ['key', parts.keyId],
        ]
      : [],
    left: parts ? cast.owner.usedAt / 1_000 + settings.refreshIdleTtlSeconds - now() / 1_000 : 0,
    of: settings.refreshIdleTtlSeconds,
  });
}

function tell({ text, tone }: Verdict): void {
  byId('verdict').textContent = text;
  byId('outcome').dataset.tone = tone;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

async function perform(work: () => Promise<Verdict>): Promise<void> {
  if (busy) return;
  busy = true;
  draw();
  Object.assign(cost, { requests: 0, tableCalls: 0 });
  const verdict = await work().catch((error: Error): Verdict => ({ text: error.message, tone: 'bad' }));
  tell(verdict);
  byId('cost').textContent = `Cost: ${counted(cost.requests, 'request')}, ${counted(cost.tableCalls, 'table call')}`;
  for (const id of ['story', 'to-story']) byId(id).hidden = false;
  if (!verdict.unnoticed) await drawDevices();
  busy = false;
  draw();
  // The focused element may be hidden now.
  if (document.activeElement === document.body) byId(byId('try').hidden ? 'login-title' : 'try-title').focus();
}

async function drawDevices(): Promise<void> {
  const list = byId('device-list');
  const { session } = cast.owner;
  const devices =
    session.state === 'signed-in' ? await cast.owner.quietly(() => session.sessions()).catch(() => []) : [];
  byId('devices').hidden = devices.length === 0;
  list.replaceChildren(
    ...devices.map(({ sessionId, deviceName, userAgent, lastUsedAt, current }) => {
      const name = deviceName ?? userAgent?.slice(0, 40) ?? 'Unknown device';
      const seconds = (now() - lastUsedAt) / 1_000;
      const used = seconds < 60 ? 'used just now' : `used ${age(seconds)} ago`;
      const item = element('li', '', element('div', name, element('small', current ? `this browser, ${used}` : used)));
      const end = element('button', 'End') as HTMLButtonElement;
      end.setAttribute('aria-label', `End the session of ${name}`);
      end.addEventListener('click', () =>
        perform(async () => {
          await cast.owner.session.endSession(sessionId);
          return { text: `The session of ${name} has ended. Its access token expires within minutes.`, tone: 'good' };
        }),
      );
      item.append(end);
      return item;
    }),
  );
}

for (const group of Object.keys(groups) as Group[]) {
  const title = element('h3', groups[group]);
  title.id = `group-${group}`;
  const block = element('div', '', title);
  block.className = `group ${group}`;
  block.role = 'group';
  block.setAttribute('aria-labelledby', title.id);
  for (const action of actions.filter((one) => one.group === group)) block.append(rowOf(action));
  byId('actions').append(block);
}

function rowOf(action: Action): HTMLElement {
  const button = element('button', action.button) as HTMLButtonElement;
  button.id = `do-${action.id}`;
  const question = element('p', action.question);
  question.id = `why-${action.id}`;
  button.setAttribute('aria-describedby', question.id);
  // Not `disabled`, which would remove the keyboard focus.
  button.addEventListener('click', () => action.ready(cast) && void perform(() => action.run(cast)));
  buttons.set(action, button);
  const row = element('div', '', question, button);
  row.className = 'action';
  return row;
}

const form = byId('login-form') as HTMLFormElement;
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
field('username').value = settings.username;
field('password').value = cast.password;
byId('login-note').textContent = cast.password
  ? 'This is the demo user that npm start created.'
  : 'The demo user was created by an earlier run. Use the password that it printed.';
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const [username, password] = [field('username').value, field('password').value];
  void perform(async () => {
    const result = await cast.owner.session.login({ username, password, deviceName: 'This browser' });
    if (result.outcome === 'wrong-credentials') return { text: 'Wrong username or password.', tone: 'bad' };
    if (result.outcome === 'slow-down')
      return { text: `Too many attempts: wait ${result.retryAfterSeconds} s.`, tone: 'bad' };
    if (result.outcome === 'unavailable') return { text: 'The service does not respond. Try again.', tone: 'bad' };
    cast.password = password;
    return { text: 'Signed in. The browser now holds two tokens: compare their lifetimes.', tone: 'good' };
  });
});

setInterval(() => drawTokens(), 1_000);
await cast.owner.session.accessToken();
draw();
tell({ text: 'Log in to begin.', tone: 'plain' });
