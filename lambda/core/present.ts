import { invalidGrant, type PrivateReason } from './errors.ts';
import type { Codec, Crypto, RatchetKeys } from './ports.ts';
import { parseToken, type RefreshToken, tagIsAuthentic } from './refresh-token.ts';

type Tools = { readonly crypto: Crypto; readonly codec: Codec; readonly ratchetKeys: RatchetKeys };

type Presented = { readonly token: RefreshToken } | { readonly refused: PrivateReason };

/** Reads a presented refresh token and checks its tag: no table call, whatever was sent. @throws Unavailable */
export async function readPresented(text: string, tools: Tools): Promise<Presented> {
  const parsed = parseToken(text, tools.codec);
  if (parsed === undefined) return { refused: 'token_malformed' };
  const key = await tools.ratchetKeys.find(parsed.token.keyId);
  if (key === undefined || !tagIsAuthentic(parsed, key, tools)) return { refused: 'token_forged' };
  return { token: parsed.token };
}

/** The same for callers to whom a token that is not ours is a refusal. @throws Refusal, Unavailable */
export async function requirePresented(text: string, tools: Tools): Promise<RefreshToken> {
  const presented = await readPresented(text, tools);
  if ('refused' in presented) throw invalidGrant(presented.refused);
  return presented.token;
}
