import { securityEvents } from '../../lambda/core/events.ts';

/** Descriptions of the commands' arguments, by their spelling in the usage. */
export const argumentHelp: Readonly<Record<string, string>> = {
  '<user>': 'username, e-mail address or subject',
  '<username>': 'login name',
  '<sessionId>': 'id of the session, as in sessions list',
  '<type>': `one of ${securityEvents.join(', ')}`,
  '<file>': 'file to read; - for standard input',
  '[scopes...]': 'scopes, space-separated; none removes all',
  '[json]': 'JSON object with the claims',
  '[kids...]': 'ids of signing keys, as in keys list',
};
