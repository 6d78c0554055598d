/** Pawl's authorizer adds `sub`, `sid`, `client_id`, `scope` and `exp` of the access token to the event. */
export async function handler(event) {
  const { sub, scope } = event.requestContext.authorizer.lambda;
  if (!scope.split(' ').includes('orders:read')) {
    return { statusCode: 403, body: JSON.stringify({ error: 'insufficient_scope' }) };
  }
  return { statusCode: 200, body: JSON.stringify({ orders: [], of: sub }) };
}
