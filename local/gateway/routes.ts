/** A matching route, with the values of its path variables. */
export interface Match<R> {
  readonly route: R;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Chooses the route as API Gateway does: the more specific path first (text before `{name}` before `{name+}`), a named
 * method before `ANY`, and `$default` last. A trailing slash counts.
 *
 * @param path decoded, without the query
 */
export function matchRoute<R extends { readonly key: string }>(
  routes: readonly R[],
  method: string,
  path: string,
): Match<R> | undefined {
  let best: { readonly match: Match<R>; readonly rank: string } | undefined;
  for (const route of routes) {
    const fit = fitOf(route.key, method, path);
    if (fit !== undefined && (best === undefined || fit.rank < best.rank)) {
      best = { match: { route, pathParameters: fit.pathParameters }, rank: fit.rank };
    }
  }
  return best?.match;
}

function fitOf(
  key: string,
  method: string,
  path: string,
): { pathParameters: Record<string, string>; rank: string } | undefined {
  if (key === '$default') return { pathParameters: {}, rank: '~' };
  const [wantedMethod = '', pattern = ''] = key.split(' ');
  if (wantedMethod !== 'ANY' && wantedMethod !== method) return undefined;
  const pathParameters: Record<string, string> = {};
  const wanted = pattern.split('/');
  const given = path.split('/');
  // One digit per segment: smaller is more specific. The method decides only between equal paths.
  let rank = '';
  for (const [index, segment] of wanted.entries()) {
    const value = given[index];
    const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
    if (name !== undefined && plus === '+') {
      const rest = given.slice(index).join('/');
      if (rest === '') return undefined;
      pathParameters[name] = rest;
      return { pathParameters, rank: `${rank}3${wantedMethod === 'ANY' ? 1 : 0}` };
    }
    if (value === undefined || (name === undefined ? value !== segment : value === '')) return undefined;
    if (name !== undefined) pathParameters[name] = value;
    rank += name === undefined ? 1 : 2;
  }
  return given.length === wanted.length
    ? { pathParameters, rank: `${rank}${wantedMethod === 'ANY' ? 1 : 0}` }
    : undefined;
}
