/** OpenAuth as it comes: a used token serves for 60 s more and is then forgotten. */
import { openauthWith } from './openauth-with.ts';

export const open = openauthWith({});
