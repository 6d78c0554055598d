/** Better Auth's OAuth provider as it comes: a used token is refused, and all of the user's tokens at that client go with it. */
import { betterAuthWith } from './better-auth-with.ts';

export const open = betterAuthWith({});
