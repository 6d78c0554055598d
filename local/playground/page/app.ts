import type { State } from '../../../client/src/index.ts';
import { type Action, actions, type Cast, type Verdict } from './actions.ts';
import { Device, Thief } from './actors.ts';
import { loadSettings, now, type Settings } from './service.ts';
import { Timeline } from './timeline.ts';
import { drawCard, duration, element, readAccessToken, readRefreshToken } from './tokens.ts';

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
  byId('login').hidden = state === 'signed-in';
  for (const id of ['tokens', 'try', 'devices']) byId(id).hidden = state !== 'signed-in' && buttons.size === 0;
  for (const [action, button] of buttons) button.disabled = busy || !action.ready(cast);
  void drawTokens();
}

async function drawTokens(): Promise<void> {
  const { refreshToken, accessToken } = cast.owner;
  const claims = accessToken === undefined ? undefined : readAccessToken(accessToken);
  const parts = refreshToken === undefined ? undefined : readRefreshToken(refreshToken);
  drawCard(byId('access'), {
    title: 'Access token',
    about: 'Goes to every service. Checked by its signature.',
    raw: accessToken,
    facts: Object.entries(claims ?? {}).map(([name, value]) => [name, String(value)] as const),
    left: claims ? Number(claims.exp) - now() / 1_000 : 0,
    of: settings.accessTokenTtlSeconds,
  });
  drawCard(byId('refresh'), {
    title: parts ? `Refresh token ${parts.generation}` : 'Refresh token',
    about: 'Goes to the auth service only. Works once.',
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
  byId('verdict').dataset.tone = tone;
}

async function perform(work: () => Promise<Verdict>): Promise<void> {
  busy = true;
  draw();
  try {
    tell(await work());
  } catch (error) {
    tell({ text: (error as Error).message, tone: 'bad' });
  }
  busy = false;
  draw();
  await drawDevices();
}

async function drawDevices(): Promise<void> {
  const list = byId('device-list');
  if (cast.owner.session.state !== 'signed-in') return list.replaceChildren();
  const devices = await cast.owner.quietly(() => cast.owner.session.sessions()).catch(() => []);
  list.replaceChildren(
    ...devices.map(({ sessionId, deviceName, userAgent, lastUsedAt, current }) => {
      const name = deviceName ?? userAgent?.slice(0, 40) ?? 'Unknown device';
      const used = `used ${duration(now() / 1_000 - lastUsedAt / 1_000)} ago`;
      const item = element('li', '', element('div', name, element('small', current ? `this browser, ${used}` : used)));
      const end = element('button', 'End') as HTMLButtonElement;
      end.setAttribute('aria-label', `End the session of ${name}`);
      end.addEventListener('click', () =>
        perform(async () => {
          await cast.owner.session.endSession(sessionId);
          return { text: `The session of ${name} is over. Its access token dies within minutes.`, tone: 'good' };
        }),
      );
      item.append(end);
      return item;
    }),
  );
}

for (const action of actions) {
  const button = element('button', action.button) as HTMLButtonElement;
  button.id = `do-${action.id}`;
  if (action.byThief) button.className = 'thief';
  const question = element('p', action.question);
  question.id = `why-${action.id}`;
  button.setAttribute('aria-describedby', question.id);
  button.addEventListener('click', () => perform(() => action.run(cast)));
  const row = element('div', '', question, button);
  row.className = 'action';
  byId('actions').append(row);
  buttons.set(action, button);
}

const form = byId('login-form') as HTMLFormElement;
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
field('username').value = settings.username;
field('password').value = cast.password;
byId('login-note').textContent = cast.password
  ? 'This is the demo user that npm start has made.'
  : 'The demo user was made by an earlier run: its password is what that run printed.';
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const [username, password] = [field('username').value, field('password').value];
  void perform(async () => {
    const result = await cast.owner.session.login({ username, password, deviceName: 'This browser' });
    if (result.outcome === 'wrong-credentials') return { text: 'Wrong username or password.', tone: 'bad' };
    if (result.outcome === 'slow-down')
      return { text: `Too many tries: wait ${result.retryAfterSeconds} s.`, tone: 'bad' };
    if (result.outcome === 'unavailable') return { text: 'The service does not answer. Try again.', tone: 'bad' };
    cast.password = password;
    return { text: 'Signed in. The browser now holds two tokens: compare how long they live.', tone: 'good' };
  });
});

setInterval(() => void drawTokens(), 1_000);
await cast.owner.session.accessToken();
draw();
tell({ text: 'Log in to begin.', tone: 'plain' });
