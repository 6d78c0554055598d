/**
 * A browser cannot set headers on a WebSocket, but it can offer subprotocols. One of them carries the access token:
 *
 * ```ts
 * new WebSocket(url, ['chat.v1', `pawl.bearer.${accessToken}`]);
 * ```
 *
 * All characters of a JWT are valid in a subprotocol name (RFC 6455 §4.1). The server selects another one of those
 * that were offered, so that the token is never sent back.
 */
const prefix = 'pawl.bearer.';

/**
 * @param headers values of `Sec-WebSocket-Protocol`, each a comma-separated list
 * @returns the access tokens offered
 */
export function offeredTokens(headers: readonly string[]): readonly string[] {
  return headers
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
}
