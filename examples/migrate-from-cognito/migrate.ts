/** Asks a Cognito user pool about a user who logs in to Pawl for the first time. */

const { COGNITO_URL: url = '', COGNITO_CLIENT_ID: clientId } = process.env;

/** Cognito's errors for a wrong password, an unknown or unconfirmed user, and a required reset. */
const refusals = [
  'NotAuthorizedException',
  'UserNotFoundException',
  'UserNotConfirmedException',
  'PasswordResetRequiredException',
];

interface CognitoAnswer {
  readonly __type?: string;
  readonly AuthenticationResult?: { readonly IdToken: string };
}

/** @param event the username in lower case and NFC, without surrounding white space; the password exactly as typed */
export async function handler({ username, password }: { readonly username: string; readonly password: string }) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
    },
    body: JSON.stringify({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: clientId,
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
    signal: AbortSignal.timeout(2500),
  });
  const answer = (await response.json()) as CognitoAnswer;
  if (response.ok) return answer.AuthenticationResult ? userIn(answer.AuthenticationResult.IdToken) : null;
  const error = answer.__type?.replace(/^.*#/, '') ?? `status ${response.status}`;
  if (refusals.includes(error)) return null;
  // Throttled, or misconfigured: Pawl answers 503, and the user tries again.
  throw new Error(`Cognito: ${error}`);
}

/** The token comes directly from Cognito over TLS, so its signature need not be verified. */
function userIn(idToken: string) {
  const claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as {
    readonly sub: string;
    readonly 'cognito:username': string;
    readonly email?: string;
    readonly email_verified?: boolean;
  };
  return {
    username: claims['cognito:username'],
    // Other services may have stored this `sub`.
    subject: claims.sub,
    ...(claims.email_verified === true && { email: claims.email }),
    scopes: ['read', 'write'],
  };
}
