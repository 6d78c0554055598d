/**
 * An optional environment variable of the process, which is not part of a function's schema (`readEnv`).
 *
 * @returns undefined if it is not set
 */
export const ambient = (name: string): string | undefined => process.env[name];
