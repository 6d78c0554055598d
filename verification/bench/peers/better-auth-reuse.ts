/** Better Auth's OAuth provider, configured to answer a used token again for 30 s, as Pawl does. */
import { betterAuthWith } from './better-auth-with.ts';

export const open = betterAuthWith({ refreshTokenReuseInterval: 30 });
