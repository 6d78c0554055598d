/** Header in which a trusted proxy sends its secret. */
export const proxySecretHeader = 'x-pawl-proxy-secret';

/** Minimum length of the secret, in characters. */
export const minProxySecretLength = 32;
