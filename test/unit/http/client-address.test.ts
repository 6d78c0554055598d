import { afterEach, describe, expect, test, vi } from 'vitest';
import { Unavailable } from '../../../lambda/core/errors.ts';
import { gatewayAddress, type ProxySecrets, proxiedAddress } from '../../../lambda/http/client-address.ts';
import { endpointAt } from '../../../lambda/http/endpoint.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { captureLog } from '../../support/capture-log.ts';
import { expectUnavailable } from '../../support/expect.ts';
import { httpEvent } from '../../support/http-event.ts';

afterEach(() => void vi.restoreAllMocks());

const secret = 'a'.repeat(64);
const before = 'b'.repeat(64);
/** What the gateway saw. */
const peer = '192.0.2.1';
const believed = (values: readonly string[] = [secret, before], renewed = values): ProxySecrets => ({
  get: async () => values,
  renew: async () => renewed,
});
const requestWith = (headers: Readonly<Record<string, string>>) => toRequest(httpEvent({ headers }));

const viewer = (value: string, presented = secret, secrets = believed()) =>
  proxiedAddress(
    'cloudfront-viewer-address',
    secrets,
  )(requestWith({ 'cloudfront-viewer-address': value, 'x-pawl-proxy-secret': presented }));
const named = (value: string) =>
  proxiedAddress('x-client', believed())(requestWith({ 'x-client': value, 'x-pawl-proxy-secret': secret }));

test('without a trusted proxy, headers are ignored', async () => {
  const headers = { 'cloudfront-viewer-address': '203.0.113.7:1', 'x-pawl-proxy-secret': secret };
  expect(await gatewayAddress(requestWith(headers))).toEqual({ sourceIp: peer });
});

describe('with one', () => {
  test.each([
    ['203.0.113.7:46532', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6:46532', '2001:db8:1:2:3:4:5:6'],
    ['2001:db8::a:b:c:d:443', '2001:db8::a:b:c:d'],
    ['2001:db8::1:80', '2001:db8::1'],
  ])('CloudFront-Viewer-Address loses its port: %s', async (value, sourceIp) => {
    expect(await viewer(value)).toEqual({ sourceIp });
  });

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:443', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:db8::1:443', '2001:db8::1:443'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
  ])('another header may do without: %s', async (value, sourceIp) => {
    expect(await named(value)).toEqual({ sourceIp });
  });

  test.each([
    '',
    'unknown',
    '203.0.113.7, 203.0.113.8',
    '203.0.113.7,203.0.113.8',
    '203.0.113',
    '999.0.0.1:5',
    '[::1',
    ':1',
  ])('a value that is not one address is ignored: %j', async (value) => {
    expect(await named(value)).toEqual({ sourceIp: peer, proxy: 'no_address' });
  });

  test('a request without the secret, or with a wrong one, counts under the address that the gateway saw', async () => {
    const header = { 'cloudfront-viewer-address': '203.0.113.7:1' };
    const find = proxiedAddress('cloudfront-viewer-address', believed());
    expect(await find(requestWith(header))).toEqual({ sourceIp: peer });
    for (const wrong of ['', 'x', secret.slice(1), `${secret},${secret}`, `${secret}a`]) {
      expect(await viewer('203.0.113.7:1', wrong)).toEqual({ sourceIp: peer, proxy: 'wrong_secret' });
    }
  });

  test('the previous value is accepted too: both are valid during a rotation', async () => {
    expect(await viewer('203.0.113.7:1', before)).toEqual({ sourceIp: '203.0.113.7' });
  });

  test('a value that was rotated in a moment ago is looked up', async () => {
    expect(await viewer('203.0.113.7:1', 'c'.repeat(64), believed([secret], ['c'.repeat(64), secret]))).toEqual({
      sourceIp: '203.0.113.7',
    });
  });

  test('a secret that cannot be checked is neither trusted nor refused', async () => {
    const down = async () => {
      throw new Unavailable('keys_unavailable');
    };
    await expectUnavailable(viewer('203.0.113.7:1', secret, { get: down, renew: down }), 'keys_unavailable');
    // What is known goes on.
    expect(await viewer('203.0.113.7:1', secret, { get: async () => [secret], renew: down })).toEqual({
      sourceIp: '203.0.113.7',
    });
  });
});

test('the route and the log get the address that was found; the log never gets the secret', async () => {
  const written = captureLog();
  const seen: string[] = [];
  const endpoint = endpointAt(proxiedAddress('x-client', believed()));
  const handler = endpoint('login', 10, async ({ sourceIp }) => {
    seen.push(sourceIp);
    return { status: 200, body: {} };
  });
  await handler(httpEvent({ headers: { 'x-client': '203.0.113.7', 'x-pawl-proxy-secret': secret } }));
  await handler(httpEvent({ headers: { 'x-client': '203.0.113.7', 'x-pawl-proxy-secret': 'wrong' } }));
  expect(seen).toEqual(['203.0.113.7', peer]);
  expect(written.all()).toMatchObject([{ sourceIp: '203.0.113.7' }, { sourceIp: peer, proxy: 'wrong_secret' }]);
  expect(written.text()).not.toContain(secret);
});
