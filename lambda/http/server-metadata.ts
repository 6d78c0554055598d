/** The metadata document of RFC 8414 §2: what exists, and nothing that does not. */
export function serverMetadata(issuer: string): Readonly<Record<string, unknown>> {
  const base = issuer.replace(/\/$/, '');
  return {
    issuer,
    token_endpoint: `${base}/auth/refresh`,
    revocation_endpoint: `${base}/auth/revoke`,
    jwks_uri: `${base}/.well-known/jwks.json`,
    grant_types_supported: ['refresh_token'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
  };
}
