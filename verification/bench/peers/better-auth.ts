/** Better Auth's OAuth provider by default: a used token is refused and revokes the user's tokens at that client. */
import { betterAuthWith } from './better-auth-with.ts';

export const open = betterAuthWith({});
