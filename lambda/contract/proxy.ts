/** Header in which a trusted proxy proves itself; its value is that of the secret. */
export const proxySecretHeader = 'x-pawl-proxy-secret';

/** Shortest secret that is believed, in characters. */
export const minProxySecretLength = 32;
