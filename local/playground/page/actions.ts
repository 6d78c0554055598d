import type { Action, Cast, Verdict } from './cast.ts';
import { advance } from './service.ts';

const good = (text: string): Verdict => ({ text, tone: 'good' });
const bad = (text: string): Verdict => ({ text, tone: 'bad' });
const signedIn = ({ owner }: Cast): boolean => owner.session.state === 'signed-in';
const stolen = (cast: Cast): boolean => cast.thief.refreshToken !== undefined;

async function pass(cast: Cast, seconds: number, why: string): Promise<void> {
  await advance(seconds);
  cast.timeline.note(why);
}

/** The access token expires, and the owner's app refreshes. */
async function ownerRefreshes(cast: Cast): Promise<boolean> {
  const { accessTokenTtlSeconds } = cast.settings;
  await pass(cast, accessTokenTtlSeconds, `${Math.round(accessTokenTtlSeconds / 60)} minutes pass`);
  return (await cast.owner.session.accessToken()) !== undefined;
}

export const actions: readonly Action[] = [
  {
    id: 'me',
    button: 'Call /me',
    question: 'Does a service need the table to identify the caller?',
    group: 'owner',
    ready: signedIn,
    run: async ({ owner }) => {
      const response = await owner.session.fetch('/me');
      if (!response.ok) return bad(`The response was ${response.status}.`);
      return good('No. The authorizer verified the signature of the access token. The table was not read.');
    },
  },
  {
    id: 'refresh',
    button: 'Refresh',
    question: 'What happens when the access token expires?',
    group: 'owner',
    ready: signedIn,
    run: async (cast) => {
      if (!(await ownerRefreshes(cast))) return bad('The session has ended: a copy of its token was used.');
      return good('The refresh token was used once and replaced. The user notices nothing.');
    },
  },
  {
    id: 'lose',
    button: 'Lose the response',
    question: 'The response to a refresh is lost in a tunnel. Is the user logged out?',
    group: 'owner',
    ready: signedIn,
    run: async (cast) => {
      cast.owner.loseNext = true;
      if (!(await ownerRefreshes(cast))) return bad('The session has ended.');
      return good('No. The app sent the same token again and got the same successor. The session did not fork.');
    },
  },
  {
    id: 'tabs',
    button: 'Open a second tab',
    question: 'Two tabs refresh with the same token at the same time. Which one wins?',
    group: 'owner',
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
    button: 'Steal this token',
    question: 'A thief copies the refresh token. What is the copy worth?',
    group: 'thief',
    ready: signedIn,
    run: async ({ owner, thief }) => {
      if (owner.refreshToken === undefined) return bad('There is no token to steal.');
      thief.steal(owner.refreshToken);
      return bad(
        'The copy is identical to the original, so it is not detected yet. Let the thief use it, now or later.',
      );
    },
  },
  {
    id: 'within',
    button: 'Thief refreshes immediately',
    question: 'The thief refreshes right after the owner. Is this detected?',
    group: 'thief',
    ready: (cast) => signedIn(cast) && stolen(cast),
    run: async (cast) => {
      if (!(await ownerRefreshes(cast))) return bad('The session has already ended: the copy was detected.');
      if (!(await cast.thief.refresh())) return good('The copy was too old: the session has ended for both.');
      const { graceSeconds } = cast.settings;
      return bad(
        `No. Within ${graceSeconds} s a copy looks like a retry and gets the same token as the owner. To stay undetected, the thief must do this after every refresh.`,
      );
    },
  },
  {
    id: 'after',
    button: 'Thief refreshes later',
    question: 'The thief waits longer than the grace window. When is the theft detected?',
    group: 'thief',
    ready: (cast) => signedIn(cast) && stolen(cast),
    run: async (cast) => {
      if (!(await ownerRefreshes(cast)))
        return good('The owner used a token that the thief had already used: the session has ended for both.');
      const { graceSeconds } = cast.settings;
      await pass(cast, graceSeconds + 1, `${graceSeconds + 1} seconds pass`);
      if (await cast.thief.refresh()) return bad('The thief succeeded: the copy was the latest token.');
      cast.timeline.note('Reuse detected: the session has ended', 'good');
      const text =
        'At its first use. Two copies of one token exist, so the session ends for both. Press “Refresh” to see the owner’s side.';
      return { text, tone: 'good', unnoticed: true };
    },
  },
  {
    id: 'thief-me',
    button: 'Thief calls /me',
    question: 'How long does a stolen access token work?',
    group: 'thief',
    ready: (cast) => cast.thief.accessToken !== undefined,
    run: async (cast) => {
      const status = await cast.thief.me();
      if (status === 200)
        return bad(
          'Until it expires: it is verified without the table. Press “Refresh” to let ten minutes pass, then try again.',
        );
      return good('It has expired, and the thief cannot get a new one.');
    },
  },
  {
    id: 'password',
    button: 'Change the password',
    question: 'The owner changes the password. What does this stop?',
    group: 'defence',
    ready: signedIn,
    run: async (cast) => {
      const newPassword = `${cast.password.replace(/ \d+$/, '')} ${Math.floor(Math.random() * 1e6)}`;
      const result = await cast.owner.session.changePassword({ currentPassword: cast.password, newPassword });
      if (result.outcome !== 'changed') return bad(`The service responded: ${result.outcome}.`);
      cast.password = newPassword;
      return good('One write ended every other session and every copy of this one. This browser got new tokens.');
    },
  },
  {
    id: 'device',
    button: 'Log in on a phone',
    question: 'The user logs in on a phone. Are the two sessions independent?',
    group: 'defence',
    ready: (cast) => signedIn(cast) && cast.device.session.state !== 'signed-in',
    run: async (cast) => {
      const login = { username: cast.settings.username, password: cast.password, deviceName: 'Phone' };
      const result = await cast.device.session.login(login);
      if (result.outcome !== 'signed-in') return bad(`The service responded: ${result.outcome}.`);
      return good('Yes. Each has its own refresh token. See the list of devices.');
    },
  },
  {
    id: 'everywhere',
    button: 'Log out everywhere',
    question: 'Can one click sign out every device?',
    group: 'defence',
    ready: signedIn,
    run: async (cast) => {
      await cast.owner.session.logoutEverywhere();
      const heard = cast.device.session.state === 'signed-in';
      if (heard) {
        await pass(cast, cast.settings.accessTokenTtlSeconds, 'The phone wakes up');
        await cast.device.session.accessToken();
      }
      return good(
        `Yes: one write invalidates every session.${heard ? ' The phone is signed out at its next refresh.' : ''}`,
      );
    },
  },
];
