/**
 * A variable of the process that need not be there, and so is no part of a function's environment schema (`readEnv`).
 *
 * @returns undefined if it is not set
 */
export const ambient = (name: string): string | undefined => process.env[name];
