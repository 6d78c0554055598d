import type { DemoUser } from './demo-user.ts';

/** What the printed commands depend on. */
export interface Try {
  readonly url: string;
  readonly user: DemoUser;
  /** The setting `graceSeconds`. */
  readonly graceSeconds: number;
}

/** Commands to try the service, for any POSIX shell with curl and sed. Lines have at most 80 columns. */
export function instructions({ url, user, graceSeconds }: Try): string {
  const { username, password } = user;
  const login = shellQuote(JSON.stringify({ username, password: password ?? 'ITS PASSWORD' }));
  // By default, the command line uses the default port of npm start.
  const { port } = new URL(url);
  const cli = `${port === '3000' ? '' : `PORT=${port} `}npm run -s pawl --`;
  return `
Demo user  ${username}
Password   ${password ?? '(unchanged: the user already existed)'}

Log in and keep both tokens:
  BASE=${url}
  token() { printf '%s' "$ANSWER" | sed 's/.*"'$1'":"\\([^"]*\\)".*/\\1/'; }
  keep() { ACCESS=$(token access_token) REFRESH=$(token refresh_token); }
  ANSWER=$(curl -s $BASE/auth/login -H 'Content-Type: application/json' \\
    -d ${login})
  keep; printf '%s\\n' "$ANSWER"
Call a protected route:
  curl -i $BASE/me -H "Authorization: Bearer $ACCESS"
Refresh:
  ANSWER=$(curl -s $BASE/auth/refresh \\
    -d grant_type=refresh_token -d refresh_token=$REFRESH)
  keep; printf '%s\\n' "$ANSWER"
${graceLine(graceSeconds)}
Log out, which ends the session:
  curl -i $BASE/auth/revoke -d token=$REFRESH
Add a user, see who is logged in, end a session; --help lists the rest:
  ${cli} users add <username> --local
  ${cli} sessions list ${username} --local

Ctrl-C stops everything.
`;
}

/** What a repeated refresh with a used token does. */
function graceLine(graceSeconds: number): string {
  if (graceSeconds === 0) return 'Refreshing again with the used token ends the session (graceSeconds 0).';
  return [
    `For ${graceSeconds} s (graceSeconds), the used token returns the same new token: a retry,`,
    'not a theft. After that, using it ends the session.',
  ].join('\n');
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
