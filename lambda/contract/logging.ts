/** Environment variable that makes an authorizer log every allowed call; absent otherwise. */
export const allowedCallsVariable = 'PAWL_LOG_ALLOWED_CALLS';
