/**
 * What the template puts into a new secret: `{"version":0,"filler":"<random>"}`. Secrets Manager generates the filler,
 * which nothing reads; the first deployment replaces the whole by a key ring, and nothing ever writes it again.
 */
export const emptySecret = { version: 0, fillerName: 'filler' } as const;
