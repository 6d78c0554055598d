import type { Device, Thief } from './actors.ts';
import { advance, type Settings } from './service.ts';
import type { Timeline, Tone } from './timeline.ts';

/** Everybody in the play. */
export interface Cast {
  readonly owner: Device;
  readonly device: Device;
  readonly thief: Thief;
  readonly timeline: Timeline;
  readonly settings: Settings;
  /** The demo user's password as it is now. */
  password: string;
}

/** What a step has shown. */
export interface Verdict {
  readonly text: string;
  readonly tone: Tone;
}

export interface Action {
  readonly id: string;
  readonly button: string;
  /** The question that it answers, in one sentence. */
  readonly question: string;
  readonly byThief?: boolean;
  /** Whether it makes sense now. */
  ready(cast: Cast): boolean;
  run(cast: Cast): Promise<Verdict>;
}

const good = (text: string): Verdict => ({ text, tone: 'good' });
const bad = (text: string): Verdict => ({ text, tone: 'bad' });
const signedIn = ({ owner }: Cast): boolean => owner.session.state === 'signed-in';
const stolen = (cast: Cast): boolean => cast.thief.refreshToken !== undefined;

async function pass(cast: Cast, seconds: number, why: string): Promise<void> {
  await advance(seconds);
  cast.timeline.note(why);
}

/** The access token runs out, and the owner's app refreshes. */
async function ownerRefreshes(cast: Cast): Promise<boolean> {
  const { accessTokenTtlSeconds } = cast.settings;
  await pass(cast, accessTokenTtlSeconds, `${Math.round(accessTokenTtlSeconds / 60)} minutes pass`);
  return (await cast.owner.session.accessToken()) !== undefined;
}

export const actions: readonly Action[] = [
  {
    id: 'me',
    button: 'Call /me',
    question: 'Does a service need the table to know who calls?',
    ready: signedIn,
    run: async ({ owner }) => {
      const response = await owner.session.fetch('/me');
      if (!response.ok) return bad(`The answer was ${response.status}.`);
      return good('No. The authorizer checked the signature of the access token. The table was not asked.');
    },
  },
  {
    id: 'refresh',
    button: 'Let it expire',
    question: 'What happens when the access token runs out?',
    ready: signedIn,
    run: async (cast) => {
      if (!(await ownerRefreshes(cast))) return bad('The session is over: somebody used a copy of its token.');
      return good('The refresh token was used once and replaced. The user noticed nothing.');
    },
  },
  {
    id: 'lose',
    button: 'Lose the answer',
    question: 'The answer to a refresh is lost in a tunnel. Is the user logged out?',
    ready: signedIn,
    run: async (cast) => {
      cast.owner.loseNext = true;
      if (!(await ownerRefreshes(cast))) return bad('The session is over.');
      return good('No. The app sent the same token again, and got the very same successor. There is no second branch.');
    },
  },
  {
    id: 'tabs',
    button: 'Two tabs',
    question: 'Two tabs refresh with one token at the same moment. Who wins?',
    ready: signedIn,
    run: async (cast) => {
      const { accessTokenTtlSeconds } = cast.settings;
      await pass(cast, accessTokenTtlSeconds, 'Two tabs wake up');
      const other = cast.owner.secondTab();
      const [one, two] = await Promise.all([cast.owner.session.accessToken(), other.session.accessToken()]);
      if (!one || !two) return bad('The session is over.');
      return good('Both. One of them rotated the token, the other got the same new token. No lock was needed.');
    },
  },
  {
    id: 'steal',
    button: 'Steal the token',
    question: 'Somebody copies the refresh token. What have they got?',
    byThief: true,
    ready: signedIn,
    run: async ({ owner, thief }) => {
      if (owner.refreshToken === undefined) return bad('There is no token to steal.');
      thief.steal(owner.refreshToken);
      return bad('A copy that looks like the original. Nobody can tell yet. Let the thief use it, now or later.');
    },
  },
  {
    id: 'within',
    button: 'Thief: at once',
    question: 'The thief refreshes right after the owner. What cannot be noticed?',
    byThief: true,
    ready: (cast) => signedIn(cast) && stolen(cast),
    run: async (cast) => {
      if (!(await ownerRefreshes(cast))) return bad('The session is over already: the copy was noticed.');
      if (!(await cast.thief.refresh())) return good('The copy was too old: the session is over for both.');
      const { graceSeconds } = cast.settings;
      return bad(
        `Within ${graceSeconds} s a copy looks like a retry, and gets the same token as the owner. The thief must do this after every refresh, for ever.`,
      );
    },
  },
  {
    id: 'after',
    button: 'Thief: later',
    question: 'The thief waits longer than the grace window. When is the theft noticed?',
    byThief: true,
    ready: (cast) => signedIn(cast) && stolen(cast),
    run: async (cast) => {
      if (!(await ownerRefreshes(cast)))
        return good('The owner used a token that the thief had used up: the session is over for both.');
      const { graceSeconds } = cast.settings;
      await pass(cast, graceSeconds + 1, `${graceSeconds + 1} seconds pass`);
      if (await cast.thief.refresh()) return bad('The thief got through: the copy was the latest token.');
      cast.timeline.note('Reuse detected: the session is over', 'good');
      return good(
        'At its first use. Two copies of one token exist, so the session ends for both. Press “Let it expire” to see the owner’s side.',
      );
    },
  },
  {
    id: 'thief-me',
    button: 'Thief: call /me',
    question: 'How long is a stolen access token good for?',
    byThief: true,
    ready: (cast) => cast.thief.accessToken !== undefined,
    run: async (cast) => {
      const status = await cast.thief.me();
      if (status === 200)
        return bad('Until it expires: it is checked without the table. Let it expire, then try again.');
      return good('It has expired, and the thief cannot get another one.');
    },
  },
  {
    id: 'password',
    button: 'Change the password',
    question: 'The owner gets suspicious. What does a new password do?',
    ready: signedIn,
    run: async (cast) => {
      const newPassword = `${cast.password.replace(/ \d+$/, '')} ${Math.floor(Math.random() * 1e6)}`;
      const result = await cast.owner.session.changePassword({ currentPassword: cast.password, newPassword });
      if (result.outcome !== 'changed') return bad(`The service answered: ${result.outcome}.`);
      cast.password = newPassword;
      return good('One write ended every other session and every copy of this one. This browser got new tokens.');
    },
  },
  {
    id: 'device',
    button: 'Second device',
    question: 'The user logs in on a phone. Are the two sessions independent?',
    ready: (cast) => signedIn(cast) && cast.device.session.state !== 'signed-in',
    run: async (cast) => {
      const login = { username: cast.settings.username, password: cast.password, deviceName: 'Second device' };
      const result = await cast.device.session.login(login);
      if (result.outcome !== 'signed-in') return bad(`The service answered: ${result.outcome}.`);
      return good('Yes. Each has its own refresh token. See the list of devices.');
    },
  },
  {
    id: 'everywhere',
    button: 'Log out everywhere',
    question: 'Can one press reach every device?',
    ready: signedIn,
    run: async (cast) => {
      await cast.owner.session.logoutEverywhere();
      const heard = cast.device.session.state === 'signed-in';
      if (heard) {
        await pass(cast, cast.settings.accessTokenTtlSeconds, 'The second device wakes up');
        await cast.device.session.accessToken();
      }
      return good(
        `Yes: one write outdates every session.${heard ? ' The second device is out at its next refresh.' : ''}`,
      );
    },
  },
];
