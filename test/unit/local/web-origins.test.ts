import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { originFaults, withWebOrigins } from '../../../local/gateway/web-origins.ts';

function projectWith(context: object | undefined): string {
  const root = mkdtempSync(join(tmpdir(), 'pawl-origins-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'cdk.json'), JSON.stringify({ app: 'x', ...(context && { context }) }));
  return root;
}

describe('the web origins of a local run', () => {
  test('are its own and those of dev servers', () => {
    const [only, ...rest] = withWebOrigins([], 3000, projectWith(undefined));
    expect(rest).toEqual([]);
    expect(only).toMatch(/^allowedOrigins=http:\/\/localhost:3000,/);
    expect(only?.split(',')).toContain('http://localhost:5173');
  });

  test('stay as they are set', () => {
    const given = ['allowedOrigins=https://app.example.com', 'graceSeconds=60'];
    expect(withWebOrigins(given, 3000, projectWith(undefined))).toEqual(given);
    expect(withWebOrigins([], 3000, projectWith({ allowedOrigins: 'https://app.example.com' }))).toEqual([]);
  });
});

describe('what a browser does not tell', () => {
  const heard = (...calls: readonly (readonly [origin: string, host: string])[]) => {
    const lines: string[] = [];
    const call = originFaults(['http://localhost:5173'], (line) => lines.push(line));
    for (const [origin, host] of calls) call(origin, host);
    return lines;
  };

  test.each([
    ['http://127.0.0.1:5173', 'localhost:3000'],
    ['http://localhost:5173', '127.0.0.1:3000'],
    ['http://[::1]:5173', 'localhost:3000'],
  ])('two names of one machine, %s and %s: one line, once', (origin, host) => {
    const lines = heard([origin, host], [origin, host]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${origin} calls http://${host}`);
    expect(lines[0]).toContain('use localhost for both');
  });

  test('an origin that is not listed is named with the setting', () => {
    expect(heard(['http://localhost:9000', 'localhost:3000'])).toEqual([
      expect.stringMatching(/^The page http:\/\/localhost:9000 is not in allowedOrigins.*-c allowedOrigins=http/),
    ]);
  });

  test.each([
    ['http://localhost:5173', 'localhost:3000'],
    ['http://localhost:3000', 'localhost:3000'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['null', 'localhost:3000'],
    ['https://x.example\u001b[31m', 'localhost:3000'],
    ['https://a:b:c', 'localhost:3000'],
    [`https://${'x'.repeat(200)}`, 'localhost:3000'],
    ['https://app.example.com', 'not a host'],
  ])('nothing to say of %s and %s', (origin, host) => {
    expect(heard([origin, host])).toEqual([]);
  });

  test('made-up origins do not fill the log', () => {
    const many = Array.from({ length: 300 }, (_, index) => [`https://${index}.example`, 'localhost:3000'] as const);
    expect(heard(...many)).toHaveLength(100);
  });
});
