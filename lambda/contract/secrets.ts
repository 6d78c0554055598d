/**
 * The initial value of a new secret: `{"version":0,"filler":"<random>"}`. Secrets Manager generates the filler, which
 * is unused. The first deployment replaces it by a key ring, and nothing writes the marker again.
 */
export const emptySecret = { version: 0, fillerName: 'filler' } as const;
