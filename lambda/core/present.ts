import { invalidGrant } from './errors.ts';
import type { PresentedToken, RefreshTokens } from './refresh-tokens.ts';

/** Parses a token, and refuses one that is not genuine. @throws Refusal, Unavailable */
export async function requirePresented(text: string, refreshTokens: RefreshTokens): Promise<PresentedToken> {
  const presented = await refreshTokens.read(text);
  if ('refused' in presented) throw invalidGrant(presented.refused);
  return presented;
}

/** The genuine tokens among several texts: for each session, the one of the latest generation. @throws Unavailable */
export async function genuineTokens(
  texts: readonly string[],
  refreshTokens: RefreshTokens,
): Promise<readonly PresentedToken[]> {
  const latest = new Map<string, PresentedToken>();
  for (const text of texts) {
    const presented = await refreshTokens.read(text);
    if ('refused' in presented) continue;
    const session = `${presented.sessionId} ${presented.subject}`;
    const known = latest.get(session);
    if (known === undefined || known.generation < presented.generation) latest.set(session, presented);
  }
  return [...latest.values()];
}
