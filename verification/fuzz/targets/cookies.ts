import { clearForeignCookies, refreshCookieName } from '../../../lambda/http/cookies.ts';
import { refreshCookies } from '../../../lambda/http/presented-token.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { insist, type Target } from '../target.ts';

type HttpEvent = Parameters<typeof toRequest>[0];

const scope = { host: 'auth.example.com', path: '/auth' };
const requestContext = { requestId: 'r', http: { method: 'POST', path: '/', sourceIp: '192.0.2.1' } };

/** The reader of the refresh cookie, from `cookies` or from the header. Each line of the input is a cookie. */
export const cookieTarget: Target = {
  name: 'cookies',
  seeds: [
    `${refreshCookieName}=pwl1.AAAA.AAAA`,
    `theme=dark\n${refreshCookieName}=x\nlang=en`,
    `h${refreshCookieName}=x; theme=dark; a=`,
    `h${refreshCookieName}=`,
  ],
  dictionary: [
    refreshCookieName,
    `${refreshCookieName}=`,
    `; ${refreshCookieName}=x`,
    `\n${refreshCookieName}=y`,
    'h',
    '; ',
    ';',
    '=',
    '__Secure-',
    '__Host-',
    '"',
    ',',
  ],
  files: ['lambda/http/cookies.ts', 'lambda/http/presented-token.ts', 'lambda/http/request.ts'],
  run: (text) => {
    const asHeader = text.startsWith('h');
    const cookies = asHeader
      ? text
          .slice(1)
          .split(';')
          .map((part) => part.trim())
      : text.split('\n');
    const sent = asHeader ? { headers: { cookie: text.slice(1) } } : { headers: {}, cookies };
    const event = { rawPath: '/', rawQueryString: '', requestContext, isBase64Encoded: false, ...sent };
    const values = cookies.flatMap((cookie) => {
      const at = cookie.indexOf('=');
      return at >= 0 && cookie.slice(0, at) === refreshCookieName ? [cookie.slice(at + 1)] : [];
    });
    const request = toRequest(event as unknown as HttpEvent);
    const found = refreshCookies(request);
    insist(
      found.join(' ') === [...new Set(values)].filter((value) => value !== '').join(' '),
      'other values than were sent',
    );
    const lines = clearForeignCookies(request, scope, 'stays');
    insist(lines.length > 0 === values.length > 1, 'cleared with one cookie, or not with several');
    insist(!lines.includes(`${refreshCookieName}=; Max-Age=0; Path=/auth; Secure`), 'our own cookie is cleared');
    insist(lines.join('').length < 8192, 'more lines than the gateway lets through');
    return found.length === 0 ? 'none' : found.length === 1 ? 'one' : 'several';
  },
};
