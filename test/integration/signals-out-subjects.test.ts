import { beforeEach, describe, expect, test } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import { synthesizedStack } from '../support/local-assembly.ts';
import * as account from './support/account.ts';
import { busName, expectAsDocumented, publishedBy } from './support/bus.ts';
import { Secrets } from './support/secrets.ts';
import { serviceForFile, userForEachTest } from './support/service.ts';
import * as session from './support/session.ts';

const service = serviceForFile();
const user = userForEachTest(service);
const secrets = new Secrets();
beforeEach(() => secrets.addUser(service, user));

const published = (action: () => Promise<unknown>) => publishedBy(service, action);
const open = async (extra = {}) => secrets.addSession(await session.openSession(service, user, extra));
const subjectRevoked = (cause: string, more = {}) =>
  ['SubjectRevoked', { subject: user.subject, cause, ...more }] as const;

describe('SubjectRevoked', () => {
  test('UserLoggedOutEverywhere, and who was spared', async () => {
    const own = await open();
    const spared = { keptSessionId: own.sessionId };
    expect(await published(() => account.revokeAll(service, own.accessToken, { keep_current: true }))).toEqual([
      subjectRevoked('UserLoggedOutEverywhere', spared),
    ]);
    expect(await published(() => account.revokeAll(service, own.accessToken))).toEqual([
      subjectRevoked('UserLoggedOutEverywhere'),
    ]);
    expect(await published(() => account.revokeAll(service, own.accessToken))).toEqual([]);
  });

  test('PasswordChanged and EmailChanged', async () => {
    const own = await open();
    const email = { current_password: user.password, email: 'canary@example.com' };
    secrets.add('e-mail address', email.email);
    // The caller goes on in a new session, which is the one that is kept.
    const change = async (send: () => ReturnType<typeof account.changeEmail>, cause: string) => {
      let renewed: session.Tokens | undefined;
      const told = await published(async () => {
        renewed = secrets.addSession(session.tokensOf(await send()));
      });
      const { sessionId = '', accessToken = '' } = renewed ?? {};
      const started = { subject: user.subject, sessionId, clientId: 'default' };
      expect(told).toEqual([['SessionStarted', started], subjectRevoked(cause, { keptSessionId: sessionId })]);
      return accessToken;
    };
    const accessToken = await change(() => account.changeEmail(service, own.accessToken, email), 'EmailChanged');
    const password = { current_password: user.password, new_password: 'canary of a new password' };
    secrets.add('new password', password.new_password);
    await change(() => account.changePassword(service, accessToken, password), 'PasswordChanged');
    const wrong = { ...password, current_password: 'not the password' };
    expect(await published(() => account.changePassword(service, own.accessToken, wrong))).toEqual([]);
  });

  test('TheftSuspected, AdminForcedLogout and AccountDisabled, from the command line that names the bus', async () => {
    const bus = busName(await synthesizedStack());
    const run = (command: string, ...more: string[]) =>
      published(async () => {
        const args = [...command.split(' '), user.username, '--yes', ...more];
        expect(await account.pawl(service, args)).toMatchObject({ code: 0, stderr: '' });
      });
    const byName = ['--table', service.local.tableName];
    expect(await run('sessions end-all', '--local')).toEqual([subjectRevoked('AdminForcedLogout')]);
    expect(await run('sessions end-all', '--local', '--cause', 'TheftSuspected')).toEqual([
      subjectRevoked('TheftSuspected'),
    ]);
    expect(await run('users disable', ...byName, '--bus', bus)).toEqual([subjectRevoked('AccountDisabled')]);
    expect(await run('sessions end-all', ...byName)).toEqual([]);
  });
});

describe('LoginBlocked', () => {
  const guess = (username: string) => service.send(jsonCall('/auth/login', { username, password: 'not the password' }));

  test('of an account: once per window, however many attempts are refused', async () => {
    const hammer = async () => {
      for (let tries = 0; tries < 20; tries += 1) await guess(user.username);
    };
    const blocked = [['LoginBlocked', { limit: 'account', subject: user.subject, sourceIp: '127.0.0.1' }]];
    expect(await published(hammer)).toEqual(blocked);
    expect(await published(hammer)).toEqual([]);
    service.local.advance(86_400);
    expect(await published(hammer)).toEqual(blocked);
  });

  test('of an address: once in a window', async () => {
    // Tries in one name are refused for the account's sake at first, which costs no hash, and count for the address.
    const hammer = async () => {
      for (let tries = 0; tries < 120; tries += 1) await guess('nobody');
      await guess(user.username);
    };
    const blocked = ['account', 'address'].map((limit) => ['LoginBlocked', { limit, sourceIp: '127.0.0.1' }]);
    expect(await published(hammer)).toEqual(blocked);
    expect(await published(hammer)).toEqual([]);
  });
});

describe('all that was published', () => {
  test.each(['SubjectRevoked', 'LoginBlocked'])('%s is as its schema says, no member more or less', (name) => {
    expectAsDocumented(service, name);
  });

  test('contains no token, password, hash, username or e-mail address', () => {
    expect(secrets.count).toBeGreaterThan(30);
    expect(secrets.within(JSON.stringify(service.local.events))).toEqual([]);
  });
});
