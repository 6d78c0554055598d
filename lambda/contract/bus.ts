/** Sources on the event bus: what we say, and what others may say to us. */
export const busSource = { out: 'pawl', in: 'pawl.signal' } as const;

/** Detail types that we listen to: protocol.md calls them security events. */
export const signalTypes = [
  'PasswordChanged',
  'EmailChanged',
  'TheftSuspected',
  'AccountDisabled',
  'AdminForcedLogout',
  'UserLoggedOutEverywhere',
] as const;
