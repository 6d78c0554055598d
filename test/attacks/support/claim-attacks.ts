import { audience, es256, type TestIssuer } from '../../examples/support/issuer.ts';
import { type Attack, rawJws, thief, withRaw } from './forge.ts';
import { claimsText, twice } from './header-attacks.ts';

/** Tokens that our own key signed: nothing but the claim is wrong. */

const head = (issuer: TestIssuer) => JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: issuer.key.kid });
const own = (issuer: TestIssuer, payload: string | Buffer) => rawJws(head(issuer), payload, es256(issuer.key));

/** RFC 7519 §4.1.4, §4.1.5 */
export function times(issuer: TestIssuer): readonly Attack[] {
  const now = Math.floor(Date.now() / 1000);
  const raw = [
    '1e400',
    '-1e400',
    '1e20',
    '-1',
    '0',
    '-0',
    `${now + 0.5}`,
    `"${now + 600}"`,
    '"Infinity"',
    'null',
    'true',
    '[]',
    '{}',
  ];
  const late = [
    `[${now + 600}]`,
    `{"value":${now + 600}}`,
    `${now + 600}.5`,
    '""',
    '9007199254740992',
    '1e308',
    `"${new Date(8e12).toISOString()}"`,
  ];
  const ofExp = [...raw, ...late, `${now}`, `${now - 1}`, '1'].map(
    (text): Attack => [`exp ${text}`, own(issuer, withRaw(issuer.claims(), 'exp', text))],
  );
  const ofNbf = [`${now + 1}`, `${now + 3600}`, '1e400', '9007199254740991'].map(
    (text): Attack => [`nbf ${text}`, own(issuer, withRaw(issuer.claims(), 'nbf', text))],
  );
  const nonsense = ['iat', 'auth_time'].flatMap((name) =>
    ['1e400', '"1"', 'null', 'true', '[]', '{}', '1.5'].map(
      (text): Attack => [`${name} ${text}`, own(issuer, withRaw(issuer.claims(), name, text))],
    ),
  );
  return [...ofExp, ...ofNbf, ...nonsense, ['exp missing', issuer.token({ exp: undefined })]];
}

/** RFC 8725 §3.8, §3.9: all but equal is not equal. */
export function parties(issuer: TestIssuer): readonly Attack[] {
  return (['aud', 'iss'] as const).flatMap((name) => {
    const right = String(issuer.claims()[name]);
    const close = [
      right.toUpperCase(),
      right.replace('http', 'HTTP'),
      `${right}/`,
      `${right}/x`,
      `${right}.`,
      `${right}.evil.example.com`,
      `${right}@evil.example.com`,
      right.slice(0, -1),
      right.slice(1),
      ` ${right}`,
      `${right} `,
      `${right}\u0000`,
      `${right}\n`,
      `${right}\u200b`,
      `\u202e${right}`,
      `${right}#`,
      `${right}?`,
      `${right}:443`,
      right.replace('http', 'https'),
      right.replace('/', '\u2215'),
      right.replace('.', '\u3002'),
      right.replace('a', '\u0430').replace('1', '\uff11'),
      right.replace('p', '%70'),
      right.split('://')[1],
      `${right},${right}`,
      `${right} ${right}`,
      '*',
      '.*',
      '',
    ];
    const others: unknown[] = [
      [right],
      [[right]],
      [right, right],
      ['x', right],
      { 0: right },
      { toString: right },
      null,
      true,
      1,
      undefined,
      [],
    ];
    return [...close, ...others]
      .filter((value) => value !== right)
      .map((value): Attack => [`${name} ${JSON.stringify(value) ?? 'missing'}`, issuer.token({ [name]: value })]);
  });
}

/** RFC 9068 §2.2: claims that an access token has, of their type. */
export function claimTypes(issuer: TestIssuer): readonly Attack[] {
  const wrong: unknown[] = [undefined, null, 0, 1, true, [], ['x'], {}, { toString: 'x' }, ''];
  const texts = ['sub', 'client_id', 'jti', 'sid', 'scope'].flatMap((name) =>
    wrong
      .filter((value) => name !== 'scope' || value !== '')
      .map((value): Attack => [`${name} ${JSON.stringify(value) ?? 'missing'}`, issuer.token({ [name]: value })]),
  );
  const bound = [{ jkt: 'x' }, {}, null, '', false].map(
    (cnf): Attack => [`cnf ${JSON.stringify(cnf)}`, issuer.token({ cnf })],
  );
  const names = ['\uff45xp', 'exp\u0000', 'Exp', 'EXP', ' exp', '\u200bexp', 'e\u0445p', '__proto__.exp'];
  const lookalikes = names.map((name): Attack => {
    const { exp, ...rest } = issuer.claims();
    return [`exp as ${JSON.stringify(name)}`, own(issuer, JSON.stringify({ ...rest, [name]: exp }))];
  });
  const inherited: Attack = ['claims in __proto__', own(issuer, `{"__proto__":${claimsText(issuer)}}`)];
  return [...texts, ...bound, ...lookalikes, inherited];
}

/** RFC 7515 §4, §10.12: two members of one name. The last one counts, in every component. */
export function duplicates(issuer: TestIssuer): readonly Attack[] {
  const claims = issuer.claims();
  const now = Math.floor(Date.now() / 1000);
  const last: readonly (readonly [string, string])[] = [
    ['exp', `${now - 1}`],
    ['iss', '"https://evil.example.com"'],
    ['aud', '"https://other.example.com"'],
    ['aud', JSON.stringify([audience])],
    ['sub', '""'],
    ['nbf', `${now + 60}`],
    ['scope', '["admin"]'],
  ];
  const header = { alg: 'ES256', typ: 'at+jwt', kid: issuer.key.kid };
  const ofHeader: readonly (readonly [string, string])[] = [
    ['alg', '"none"'],
    ['alg', '"HS256"'],
    ['kid', '"evil"'],
    ['kid', '["k1"]'],
    ['typ', '"JWT"'],
    ['crit', '["exp"]'],
  ];
  const admin = twice({ sub: 'admin', ...claims }, 'sub', '"admin"');
  const [h, , s] = issuer.token().split('.');
  return [
    ...last.map(([name, raw]): Attack => [`claim ${name}: ${raw}`, own(issuer, twice(claims, name, raw))]),
    ...ofHeader.flatMap(([name, raw]): Attack[] => [
      [`header ${name}: ${raw}`, rawJws(twice(header, name, raw), claimsText(issuer), es256(issuer.key))],
      [`header ${name}: ${raw}, by a thief`, rawJws(twice(header, name, raw), claimsText(issuer), es256(thief))],
      [
        `header ${name}: ${raw} first, by a thief`,
        rawJws(`{"${name}":${raw},${JSON.stringify(header).slice(1)}`, claimsText(issuer), es256(thief)),
      ],
    ]),
    ['sub twice, under another payload’s signature', `${h}.${Buffer.from(admin).toString('base64url')}.${s}`],
    ['an escaped name twice', own(issuer, `${claimsText(issuer).slice(0, -1)},"\\u0065xp":1}`)],
  ];
}

/** RFC 8725 §2.7, §3.7, §3.12: payloads that are not UTF-8 JSON objects within the size limit. */
export function encodings(issuer: TestIssuer): readonly Attack[] {
  const text = claimsText(issuer);
  const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
  const texts: readonly (readonly [string, string | Buffer])[] = [
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['a byte order mark of UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
    ['cut short', text.slice(0, -1)],
    ['something after it', `${text}{}`],
    ['a comma at the end', `${text.slice(0, -1)},}`],
    ['single quotes', text.replaceAll('"', "'")],
    ['a comment', `/**/${text}`],
    ['NaN', withRaw(issuer.claims(), 'exp', 'NaN')],
    ['Infinity', withRaw(issuer.claims(), 'exp', 'Infinity')],
    ['hexadecimal', withRaw(issuer.claims(), 'exp', '0x7fffffff')],
    ['leading zeros', withRaw(issuer.claims(), 'exp', '09999999999')],
    ['a number with a plus', withRaw(issuer.claims(), 'exp', '+9999999999')],
    ['overlong UTF-8', Buffer.from(text.replace('u1', '\u00c0\u00af'), 'latin1').subarray(0, -1)],
    ['nothing', Buffer.from([0])],
    ['null', 'null'],
    ['a number', '1'],
    ['a text', '"u1"'],
    ['a list', `[${text}]`],
    ['a JWT in a JWT', JSON.stringify(issuer.token())],
    ['deep lists', deep('[', ']', 2900)],
    ['deep objects', deep('{"a":', '}', 950)],
    ['a claim that is deep, cut short', withRaw(issuer.claims(), 'x', '['.repeat(3000))],
    ['huge', withRaw(issuer.claims(), 'x', `"${'x'.repeat(8192)}"`)],
    ['a megabyte', withRaw(issuer.claims(), 'x', `"${'x'.repeat(1_000_000)}"`)],
    ['a number of 5,000 digits', withRaw(issuer.claims(), 'exp', '9'.repeat(5000))],
  ];
  return texts.flatMap(([name, bytes]): Attack[] => [
    [`payload: ${name}`, own(issuer, bytes)],
    [`header: ${name}`, rawJws(bytes, text, es256(issuer.key))],
  ]);
}
