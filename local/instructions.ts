import type { DemoUser } from './demo-user.ts';

/** Commands to try the service, for any POSIX shell with curl and sed. */
export function instructions(url: string, { username, password }: DemoUser): string {
  const login = shellQuote(JSON.stringify({ username, password: password ?? 'ITS PASSWORD' }));
  const pick = (name: string): string => `$(printf '%s' "$ANSWER" | sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/')`;
  const keep = `ACCESS=${pick('access_token')} REFRESH=${pick('refresh_token')}; printf '%s\\n' "$ANSWER"`;
  // By default, the command line uses the default port of npm start.
  const { port } = new URL(url);
  const cli = `${port === '3000' ? '' : `PORT=${port} `}npm run -s pawl --`;
  return `
Demo user  ${username}
Password   ${password ?? '(unchanged: the user already existed)'}

Log in and keep both tokens:
  ANSWER=$(curl -s ${url}/auth/login -H 'Content-Type: application/json' -d ${login}); ${keep}
Call a protected route:
  curl -i ${url}/me -H "Authorization: Bearer $ACCESS"
Refresh:
  ANSWER=$(curl -s ${url}/auth/refresh -d grant_type=refresh_token -d refresh_token="$REFRESH"); ${keep}
Log out, which ends the session:
  curl -i ${url}/auth/revoke -d token="$REFRESH"
Add a user, see who is logged in, end a session; more by --help:
  ${cli} users add <username> --local
  ${cli} sessions list ${username} --local

Ctrl-C stops everything.
`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
