import { describe, expect, test } from 'vitest';
import { claimsAreComplete } from '../../lambda/core/access-token.ts';
import { nodeCodec } from '../../lambda/crypto/node-crypto.ts';
import { fuzz } from '../../verification/fuzz/engine.ts';
import type { Target } from '../../verification/fuzz/target.ts';
import { accessTokenTarget } from '../../verification/fuzz/targets/access-token.ts';
import { cookieTarget } from '../../verification/fuzz/targets/cookies.ts';
import { paramsTarget } from '../../verification/fuzz/targets/params.ts';
import { payloadTarget, payloadTargetWith } from '../../verification/fuzz/targets/payload.ts';
import { tokenTarget, tokenTargetWith } from '../../verification/fuzz/targets/token.ts';

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(json));
  } catch {
    return {};
  }
}

/** The fuzzer itself, briefly; `npm run fuzz` runs it for long. */

describe.each([tokenTarget, paramsTarget, cookieTarget, accessTokenTarget, payloadTarget])('$name', (target) => {
  test('holds, and gets past its first checks', () => {
    const { finding, outcomes, executions } = fuzz(target, { executions: 20_000, seed: 1 });
    expect(finding).toBeUndefined();
    expect(executions).toBeGreaterThanOrEqual(20_000);
    expect(Object.keys(outcomes).length).toBeGreaterThan(2);
  });
});

describe('what it must find', () => {
  const lenient: readonly (readonly [string, (text: string) => Buffer | undefined])[] = [
    ['padding, spare bits and white space forgiven', (text) => Buffer.from(text, 'base64url')],
    ['the standard alphabet taken for base64url', (text) => nodeCodec.fromBase64url(text.replace('+', '-')) as Buffer],
  ];
  test.each(lenient)('a token with two texts: %s', (_name, fromBase64url) => {
    const { finding } = fuzz(tokenTargetWith({ ...nodeCodec, fromBase64url }), { executions: 200_000, seed: 1 });
    expect(finding?.message).toMatch(/^(a token with two texts|fields that write another token)$/);
  });

  test('UTF-8 that is not checked: fields that write another token', () => {
    const fromUtf8 = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
    const { finding } = fuzz(tokenTargetWith({ ...nodeCodec, fromUtf8 }), { executions: 200_000, seed: 1 });
    expect(finding?.message).toBe('fields that write another token');
  });

  test('a payload with a prototype: escapes that are overlooked', () => {
    const careless = (json: string) => {
      if (/__proto__|constructor/.test(json)) return undefined;
      const payload = parsed(json);
      return claimsAreComplete(payload) && payload.nbf === undefined ? payload : undefined;
    };
    const { finding } = fuzz(payloadTargetWith(careless), { executions: 200_000, seed: 1 });
    expect(finding?.message).toBe('not what the library makes of it');
    expect(finding?.input).toContain('\\u00');
  });

  test('a lock of four characters, one behind the other: blind tries would need billions', () => {
    const lock: Target = {
      name: 'lock',
      seeds: ['....'],
      dictionary: ['x'],
      files: ['fuzzer.test.ts'],
      run: (text) => {
        if (text.charCodeAt(0) !== 0x2f) return 'shut';
        if (text.charCodeAt(1) !== 0x2c) return 'shut';
        if (text.charCodeAt(2) !== 0x6e) return 'shut';
        if (text.charCodeAt(3) === 0x0e) throw new Error('open');
        return 'shut';
      },
    };
    const { finding } = fuzz(lock, { executions: 400_000, seed: 1 });
    expect(finding).toMatchObject({ message: 'open', input: '/,n\u000e' });
  });
});
