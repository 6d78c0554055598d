import type { DemoUser } from './demo-user.ts';

/** What to type to try the service: lines for any POSIX shell that need curl and sed alone. */
export function instructions(
  url: string,
  tableName: string,
  endpoints: Readonly<Record<string, string>>,
  { username, password }: DemoUser,
): string {
  const login = shellQuote(JSON.stringify({ username, password: password ?? 'ITS PASSWORD' }));
  const pick = (name: string): string => `$(printf '%s' "$ANSWER" | sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/')`;
  const keep = `ACCESS=${pick('access_token')} REFRESH=${pick('refresh_token')}; printf '%s\\n' "$ANSWER"`;
  const cli = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map(
    (name) => `${name}=${endpoints[name]}`,
  );
  return `
Demo user  ${username}
Password   ${password ?? '(the user existed already: the password it was created with)'}

Log in and keep both tokens:
  ANSWER=$(curl -s ${url}/auth/login -H 'Content-Type: application/json' -d ${login}); ${keep}
Call a protected route:
  curl -i ${url}/me -H "Authorization: Bearer $ACCESS"
Refresh:
  ANSWER=$(curl -s ${url}/auth/refresh -d grant_type=refresh_token -d refresh_token="$REFRESH"); ${keep}
Log out; the refresh token is dead afterwards:
  curl -i ${url}/auth/revoke -d token="$REFRESH"
Add a user:
  ${cli.join(' ')} npm run users -- add <username> --table ${tableName}

Ctrl-C stops everything.
`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
