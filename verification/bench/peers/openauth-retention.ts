/** OpenAuth, configured to keep used tokens for 14 days, so that it can detect their reuse. */
import { openauthWith } from './openauth-with.ts';

export const open = openauthWith({ retention: 14 * 86_400 });
