import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { User } from '../integration/support/service.ts';
import { cookieName, foreignToken, startWebApp, type Tab, type WebApp } from './support/web-app.ts';

const grant = { grant_type: 'refresh_token' };

describe.each(['https://auth.example.com', 'https://api.example.com/v1'])(
  'Chromium and the service at %s',
  (baseUrl) => {
    let app: WebApp;
    let user: User;
    beforeAll(async () => {
      app = await startWebApp(baseUrl);
      user = await app.service.addUser();
    });
    afterAll(() => app?.stop());

    const path = `${new URL(baseUrl).pathname.replace(/\/$/, '')}/auth`;
    const login = (tab: Tab) => {
      app.service.local.advance(60); // tries in a row are slowed down
      const { username, password } = user;
      return tab.post('/auth/login', { username, password, channel: 'cookie' });
    };
    const refresh = (tab: Tab) => tab.post('/auth/refresh', grant);
    const signedIn = async () => {
      const tab = await app.open();
      expect((await login(tab)).status).toBe(200);
      return tab;
    };

    test('the cookie goes to the auth routes and nowhere else; refresh and logout work', async () => {
      const tab = await signedIn();
      expect(await tab.cookies('/auth/refresh')).toHaveLength(1);
      for (const other of ['/me', '/', '/orders', '/authority']) expect(await tab.cookies(other)).toEqual([]);
      expect((await refresh(tab)).status).toBe(200);
      expect((await tab.post('/auth/revoke', {})).status).toBe(200);
      expect(await tab.cookies('/auth/refresh')).toEqual([]);
      expect((await tab.post('/auth/revoke', {})).status).toBe(200);
    });

    const everywhere = [
      `Domain=example.com; Path=${path}`,
      'Domain=example.com; Path=/',
      `Domain=example.com; Path=${path}/`,
      `Domain=example.com; Path=${path}/refresh`,
      `Domain=example.com; Path=${path}/login`,
      `Domain=example.com; Path=${path}/revoke`,
      `Domain=example.com; Path=${path}; Partitioned`,
      `Domain=example.com; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=86400`,
    ];
    // Under a base path two are enough: the rest of the list does not depend on it.
    const places = path === '/auth' ? everywhere : everywhere.slice(2, 4);
    const line = (value: string, place: string) => `${cookieName}=${value}; Secure; ${place}`;

    test.each(places)('junk at %s blocks neither refresh nor login nor logout', async (place) => {
      const tab = await signedIn();
      await app.plant(tab, line('x', place));
      expect((await refresh(tab)).status).toBe(200);
      expect(await tab.cookies('/auth/refresh')).toHaveLength(1);
      await app.plant(tab, line('', place));
      expect((await login(tab)).status).toBe(200);
      expect((await refresh(tab)).status).toBe(200);
      expect(await tab.cookies('/auth/refresh')).toHaveLength(1);
      await app.plant(tab, line('pwl1.AAAA.AAAA', place));
      expect((await tab.post('/auth/revoke', {})).status).toBe(200);
      expect(await tab.cookies('/auth/revoke')).toEqual([]);
      await tab.context.close();
    });

    test.each(places)("an attacker's own session at %s costs one refresh at most, and no login", async (place) => {
      const tab = await app.open();
      const { sessionId } = await login(tab);
      await app.plant(tab, line(await foreignToken(app.service), place));
      await refresh(tab);
      expect(await refresh(tab)).toEqual({ status: 200, error: undefined, sessionId });
      expect(await tab.cookies('/auth/refresh')).toHaveLength(1);

      await app.plant(tab, line(await foreignToken(app.service), place));
      const second = await login(tab);
      expect(second.status).toBe(200);
      await refresh(tab);
      expect(await refresh(tab)).toEqual({ status: 200, error: undefined, sessionId: second.sessionId });
      await tab.context.close();
    });

    test('a logout ends every genuine session of the browser, the planted one too', async () => {
      const tab = await signedIn();
      const [own = ''] = await tab.cookies('/auth/revoke');
      const planted = await foreignToken(app.service);
      await app.plant(tab, line(planted, `Domain=example.com; Path=${path}`));
      expect((await tab.post('/auth/revoke', {})).status).toBe(200);
      expect(await tab.cookies('/auth/revoke')).toEqual([]);
      for (const value of [own, planted]) {
        await tab.context.addCookies([{ name: cookieName, value, url: `${baseUrl}/auth/`, secure: true }]);
        expect((await refresh(tab)).error).toBe('invalid_grant');
        await tab.context.clearCookies();
      }
    });

    test('client authentication opens no password dialog; a Basic challenge would', async () => {
      const tab = await app.open();
      const session = await tab.context.newCDPSession(tab.page);
      const asked: string[] = [];
      session.on('Fetch.authRequired', ({ request, requestId }) => {
        asked.push(new URL(request.url).hostname);
        void session.send('Fetch.continueWithAuth', { requestId, authChallengeResponse: { response: 'CancelAuth' } });
      });
      session.on('Fetch.requestPaused', ({ requestId }) => void session.send('Fetch.continueRequest', { requestId }));
      await session.send('Fetch.enable', { handleAuthRequests: true, patterns: [{ urlPattern: '*' }] });
      const authorization = `Basic ${btoa('default:secret')}`;
      const body = { ...grant, refresh_token: 'pwl1.a.b' };
      expect((await tab.post('/auth/refresh', body, { authorization })).error).toBe('invalid_client');
      await tab.page.evaluate(() => fetch('https://challenge.example.com/', { credentials: 'include' }).catch(() => 0));
      expect(asked).toEqual(['challenge.example.com']);
    });
  },
);
