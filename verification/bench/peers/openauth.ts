/** OpenAuth with its defaults: a used token works for another 60 s and is then forgotten. */
import { openauthWith } from './openauth-with.ts';

export const open = openauthWith({});
