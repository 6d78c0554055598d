import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { send } from '../support/http-client.ts';
import { serveForFile } from './support/local-runner.ts';

const service = serveForFile({
  functions: {
    Echo: 'return event;',
    Answer: `return { statusCode: 201, headers: { 'X-A': 'b', 'Access-Control-Allow-Origin': '*' }, cookies: ['a=1', 'b=2'], body: 'made' };`,
  },
  routes: {
    'POST /echo': { to: 'Echo' },
    'GET /echo/{sid}': { to: 'Echo' },
    'GET /answer': { to: 'Answer' },
  },
  cors: { AllowOrigins: ['https://app.example.com'], AllowMethods: ['GET'], AllowCredentials: true },
});

describe('the gateway', () => {
  test('hands a form over as base64, a repeated header joined, cookies as a list', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'X-Tag': ['a', 'b'], cookie: 'a=1; b=2' };
    const { status, json } = await send(service.url, { path: '/echo?x=1&x=2', headers, body: 'k=v' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      version: '2.0',
      routeKey: 'POST /echo',
      rawQueryString: 'x=1&x=2',
      queryStringParameters: { x: '1,2' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-tag': 'a,b' },
      body: Buffer.from('k=v').toString('base64'),
      isBase64Encoded: true,
    });
  });
  test('gives path variables', async () => {
    expect((await send(service.url, { path: '/echo/s%201' })).json).toMatchObject({
      routeKey: 'GET /echo/{sid}',
      pathParameters: { sid: 's 1' },
    });
  });
  test('writes one set-cookie for each cookie of the answer', async () => {
    const { status, cookies, text, headers } = await send(service.url, { path: '/answer' });
    expect([status, cookies, text]).toEqual([201, ['a=1', 'b=2'], 'made']);
    expect(headers).toMatchObject({ 'x-a': 'b', 'apigw-requestid': expect.any(String) as string });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
  test('answers OPTIONS itself and marks answers for allowed origins', async () => {
    const preflight = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
    const options = await send(service.url, { method: 'OPTIONS', path: '/nowhere', headers: preflight });
    expect([options.status, options.headers['access-control-allow-origin']]).toEqual([204, 'https://app.example.com']);
    const answer = await send(service.url, { path: '/answer', headers: { origin: 'https://app.example.com' } });
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example.com');
  });
  test('a page that names this machine otherwise is told of in the log', async () => {
    const headers = { origin: 'http://localhost:5173' };
    await send(service.url, { path: '/answer', headers });
    await send(service.url, { path: '/answer', headers });
    const lines = service.logs.filter(({ line }) => line.includes('http://localhost:5173'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.line).toContain('use localhost for both');
  });
  test.each([
    ['GET', '/nowhere'],
    ['GET', '/echo'],
    ['POST', '/echo/'],
  ])('%s %s is not found', async (method, path) => {
    const { status, text } = await send(service.url, { method, path });
    expect([status, text]).toEqual([404, '{"message":"Not Found"}']);
  });
  test('refuses a body over 10 MB, and an event over 6 MB', async () => {
    for (const size of [10 * 1024 * 1024 + 1, 5 * 1024 * 1024]) {
      expect((await send(service.url, { path: '/echo', body: Buffer.alloc(size, 97) })).status).toBe(413);
    }
    expect((await send(service.url, { path: '/answer', method: 'GET', body: Buffer.alloc(1024, 97) })).status).toBe(
      201,
    );
  });
  test('refuses more than 10,240 bytes of request line and headers', async () => {
    const sized = async (length: number) =>
      (await send(service.url, { path: '/answer', headers: { 'x-long': 'a'.repeat(length) } })).status;
    expect([await sized(9_900), await sized(10_300), await sized(20_000)]).toEqual([201, 431, 431]);
  });
  test('survives a client that goes away in the middle', async () => {
    await new Promise<void>((resolve) => {
      const half = request(new URL('/echo', service.url), { method: 'POST', headers: { 'content-length': '100' } });
      half.on('error', () => resolve());
      half.write('x');
      setTimeout(() => half.destroy(), 50);
    });
    const { port, hostname } = new URL(service.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end('nonsense\r\n\r\n'));
      socket.resume();
      socket.once('close', () => resolve());
    });
    expect((await send(service.url, { path: '/answer' })).status).toBe(201);
  });
});
