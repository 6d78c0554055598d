import type { Target } from '../frame/target.ts';

/** How long issued access tokens live on by default, in seconds: accessTokenTtlSeconds + authorizerCacheSeconds. */
export const defaultDelaySeconds = 600;

/**
 * What a command that ends sessions cannot end, in one line: verifiers of access tokens do not ask the table.
 *
 * @param outcome what happens to the tokens until then
 */
export function tokensLiveOn(target: Pick<Target, 'find'>, outcome = 'stay valid'): string {
  const known = target.find('MaxRevocationDelaySeconds');
  const until =
    known === undefined ? `${inMinutes(defaultDelaySeconds)} by default` : `within ${inMinutes(Number(known))}`;
  return `access tokens already issued ${outcome} until they expire, ${until}`;
}

function inMinutes(seconds: number): string {
  if (seconds % 60 !== 0) return `${seconds} s`;
  return seconds === 60 ? '1 minute' : `${seconds / 60} minutes`;
}
