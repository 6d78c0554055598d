/**
 * The metadata document of RFC 8414 §2: exactly what is supported.
 *
 * @param baseUrl public URL of the routes, without a trailing slash
 */
export function serverMetadata(issuer: string, baseUrl: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    token_endpoint: `${baseUrl}/auth/refresh`,
    revocation_endpoint: `${baseUrl}/auth/revoke`,
    jwks_uri: `${baseUrl}/.well-known/jwks.json`,
    grant_types_supported: ['refresh_token'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    // draft-ietf-oauth-refresh-token-expiration-03 §5.
    refresh_token_expiration_types_supported: ['authorization', 'token_timeout'],
  };
}
