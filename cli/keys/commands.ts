import type { CommandFactory } from '../frame/command.ts';
import { listKeys } from './list.ts';
import { checkKeys, rotateKeysNow } from './rotate.ts';
import { withdrawKeys } from './withdraw.ts';

export const keysCommands: readonly CommandFactory[] = [listKeys, checkKeys, rotateKeysNow, withdrawKeys];
