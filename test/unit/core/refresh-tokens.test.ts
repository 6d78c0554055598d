import { describe, expect, test } from 'vitest';
import type { RatchetKeys } from '../../../lambda/core/ports.ts';
import type { PresentedToken } from '../../../lambda/core/refresh-tokens.ts';
import { ratchetKey, refreshTokensOf } from '../../support/keys.ts';
import { newSession } from '../../support/sessions.ts';

/** Keys that write down which of them were asked for. */
function keysOf(known: readonly string[]) {
  const asked: string[] = [];
  const keys: RatchetKeys = {
    current: async () => ratchetKey(known[0] ?? ''),
    find: async (keyId) => {
      asked.push(keyId);
      return known.includes(keyId) ? ratchetKey(keyId) : undefined;
    },
  };
  return { asked, tokens: refreshTokensOf(keys) };
}

describe('reading', () => {
  test('a token of its own: the claim, the text and the hash that the table keeps', async () => {
    const { tokens } = keysOf(['k1']);
    const first = await tokens.first('alice');
    expect(await tokens.read(first.text)).toMatchObject({
      text: first.text,
      hash: first.hash,
      subject: 'alice',
      sessionId: first.sessionId,
      generation: 0,
      keyId: 'k1',
    });
  });

  test('text that is not a token loads no key', async () => {
    const { asked, tokens } = keysOf(['k1']);
    for (const text of ['', 'nonsense', 'pwl1.AA.AA', 'a'.repeat(10_000)])
      expect(await tokens.read(text)).toEqual({ refused: 'token_malformed' });
    expect(asked).toEqual([]);
  });

  test('a wrong tag and an unknown key are forged', async () => {
    const { text } = await keysOf(['k1']).tokens.first('alice');
    expect(await keysOf(['k1']).tokens.read(`${text.slice(0, -22)}${'A'.repeat(22)}`)).toEqual({
      refused: 'token_forged',
    });
    expect(await keysOf(['k2']).tokens.read(text)).toEqual({ refused: 'token_forged' });
  });
});

describe('the successor', () => {
  async function rotated() {
    const { tokens } = keysOf(['k1']);
    const token = (await tokens.read((await tokens.first('alice')).text)) as PresentedToken;
    const { text, hash, nonce, keyId } = await tokens.next(token);
    return { tokens, token, text, session: { ...newSession(), generation: 1, currentHash: hash, nonce, keyId } };
  }

  test('is read as the next generation of the same session, and its hash is the stored one', async () => {
    const { tokens, token, text, session } = await rotated();
    const { sessionId, subject } = token;
    expect(await tokens.read(text)).toMatchObject({ sessionId, subject, generation: 1, hash: session.currentHash });
  });

  test('is another each time, and the same again by nonce and key', async () => {
    const { tokens, token, text, session } = await rotated();
    expect((await tokens.next(token)).text).not.toBe(text);
    expect(await tokens.repeat(token, session)).toBe(text);
  });

  test.each([
    ['without its nonce', { nonce: undefined }, 'item_broken'],
    ['with a nonce that is not base64url', { nonce: '=' }, 'item_broken'],
    ['without its key id', { keyId: undefined }, 'item_broken'],
    ['of a key that is gone', { keyId: 'k9' }, 'ratchet_key_gone'],
    ['with another hash', { currentHash: 'other' }, 'successor_mismatch'],
  ])('cannot be repeated %s', async (_name, change, reason) => {
    const { tokens, token, session } = await rotated();
    const broken = { ...session, ...change } as typeof session;
    await expect(tokens.repeat(token, broken)).rejects.toMatchObject({ reason });
  });
});
