import { invalidGrant, type PrivateReason } from './errors.ts';
import type { Codec, Crypto, RatchetKeys } from './ports.ts';
import { parseToken, type RefreshToken, tagIsAuthentic } from './refresh-token.ts';

export interface PresentTools {
  readonly crypto: Crypto;
  readonly codec: Codec;
  readonly ratchetKeys: RatchetKeys;
}

/** A token whose tag is ours, and its text. */
export interface Genuine {
  readonly text: string;
  readonly token: RefreshToken;
}

type Presented = { readonly token: RefreshToken } | { readonly refused: PrivateReason };

/** Reads a presented refresh token and checks its tag: no table call, whatever was sent. @throws Unavailable */
export async function readPresented(text: string, tools: PresentTools): Promise<Presented> {
  const parsed = parseToken(text, tools.codec);
  if (parsed === undefined) return { refused: 'token_malformed' };
  const key = await tools.ratchetKeys.find(parsed.token.keyId);
  if (key === undefined || !tagIsAuthentic(parsed, key, tools)) return { refused: 'token_forged' };
  return { token: parsed.token };
}

/** The same for callers to whom a token that is not ours is a refusal. @throws Refusal, Unavailable */
export async function requirePresented(text: string, tools: PresentTools): Promise<RefreshToken> {
  const presented = await readPresented(text, tools);
  if ('refused' in presented) throw invalidGrant(presented.refused);
  return presented.token;
}

/** Those of several texts that are ours, one for each session: its latest generation. @throws Unavailable */
export async function genuineTokens(texts: readonly string[], tools: PresentTools): Promise<readonly Genuine[]> {
  const latest = new Map<string, Genuine>();
  for (const text of texts) {
    const presented = await readPresented(text, tools);
    if ('refused' in presented) continue;
    const { token } = presented;
    const { subject, sessionId, generation } = token;
    const session = `${sessionId} ${subject}`;
    const known = latest.get(session);
    if (known === undefined || known.token.generation < generation) latest.set(session, { text, token });
  }
  return [...latest.values()];
}
