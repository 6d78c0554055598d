/** Environment variable of an authorizer that is to write a line for every allowed call; absent otherwise. */
export const allowedCallsVariable = 'PAWL_LOG_ALLOWED_CALLS';
