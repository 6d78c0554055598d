/** OpenAuth told to remember used tokens for 14 days, so that it can see them again. */
import { openauthWith } from './openauth-with.ts';

export const open = openauthWith({ retention: 14 * 86_400 });
