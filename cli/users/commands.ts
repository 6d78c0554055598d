import type { CommandFactory } from '../frame/command.ts';
import { addUser } from './add.ts';
import { deleteUserCommand } from './delete.ts';
import { listUsers } from './list.ts';
import { renameUser } from './rename.ts';
import { setClaims, setScopes } from './set-grant.ts';
import { resetPassword, setPassword } from './set-password.ts';
import { showUser } from './show.ts';
import { disableUser, enableUser } from './status.ts';

export const usersCommands: readonly CommandFactory[] = [
  listUsers,
  showUser,
  addUser,
  setPassword,
  resetPassword,
  setScopes,
  setClaims,
  renameUser,
  disableUser,
  enableUser,
  deleteUserCommand,
];
