import { CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { CfnApiMapping, CfnDomainName, CfnStage, type HttpApi, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { endpointOf } from './props-rules.ts';
import type { ResolvedSettings } from './settings-table.ts';
import { hasTokens, hostOf, pathOf } from './url-rules.ts';

type Api = HttpApi | IHttpApi;
type Urls = Pick<ResolvedSettings, 'publicUrl' | 'issuer'>;

/**
 * Checks that the URLs of your API contain the base path that the API is served under, as far as the app defines its
 * stages and mappings. A wrong base path breaks the metadata and the cookie without any error.
 *
 * @returns faults for the synthesis, with instructions
 */
export function basePathFaults(httpApi: Api, { publicUrl, issuer }: Urls): string[] {
  if (publicUrl !== undefined) {
    const faults = pathFaults('its public URL', publicUrl, placesOf(httpApi, publicUrl));
    const own = issuer === undefined ? [] : pathFaults('issuer', issuer, placesOf(httpApi, issuer));
    return [...faults, ...own];
  }
  if (issuer !== undefined) {
    const places = definitePlaces(httpApi, issuer) ?? [...stagesOf(httpApi), ...basesOf(mappingsOf(httpApi))];
    return pathFaults('its public URL', issuer, places);
  }
  const under = basesOf(mappingsOf(httpApi)).filter((base) => base !== '' && !Token.isUnresolved(base));
  if (under.length === 0) return pathFaults('its public URL', '', stagesOf(httpApi));
  return [
    `httpApi is served under ${under.join(', ')} on a domain of its own: set publicUrl to the URL that clients use, such ` +
      `as https://api.example.com${under[0]}, or to httpApi.url for the generated one`,
  ];
}

function pathFaults(what: string, url: string, served: readonly string[]): string[] {
  const path = url === '' ? '' : pathOf(url);
  if (served.length === 0 || served.some(Token.isUnresolved) || served.includes(path)) return [];
  const places = [...new Set(served)].map((base) => (base === '' ? 'the root' : base)).join(', ');
  return [
    `httpApi is served under ${places}, but ${what} has ${path === '' ? 'no path' : `the path ${path}`}: set ` +
      `publicUrl to the URL with that path, such as https://api.example.com${served[0]}`,
  ];
}

/** Whether a URL is one that API Gateway generates. @param httpApi the API, whose endpoint may be a CDK token */
export function isGenerated(url: string, httpApi?: Api): boolean {
  const host = hostOf(url);
  return (
    host.includes('.execute-api.') || (httpApi !== undefined && sameText(httpApi, host, endpointOf(httpApi) ?? ''))
  );
}

/** Base paths of the places that the URL certainly leads to; undefined if the app does not show them. */
function definitePlaces(httpApi: Api, url: string): readonly string[] | undefined {
  if (isGenerated(url, httpApi)) return stagesOf(httpApi);
  const same = mappingsOf(httpApi).filter(({ hosts }) => hosts.some((host) => sameText(httpApi, host, hostOf(url))));
  return same.length > 0 ? basesOf(same) : undefined;
}

/** Base paths of the places that the URL may lead to; none if it leads elsewhere, for example to a proxy in front. */
function placesOf(httpApi: Api, url: string): readonly string[] {
  const definite = definitePlaces(httpApi, url);
  if (definite !== undefined) return definite;
  const mappings = mappingsOf(httpApi);
  const host = hostOf(url);
  if (!hasTokens(host)) return basesOf(mappings.filter(({ hosts }) => hosts.every(hasTokens)));
  const ofResource = Tokenization.reverseString(host).tokens.some(
    (token) => Reference.isReference(token) && CfnResource.isCfnResource(token.target),
  );
  return ofResource ? [] : [...stagesOf(httpApi), ...basesOf(mappings)];
}

interface Mapping {
  /** The domain's name, in any spelling that the app uses. */
  readonly hosts: readonly string[];
  readonly base: string;
}

const basesOf = (mappings: readonly Mapping[]) => mappings.map(({ base }) => base);

function stagesOf(httpApi: Api): readonly string[] {
  const names = partsOf(httpApi, CfnStage).map(({ stageName }) => stageName);
  return names.map((name) => (name === '$default' ? '' : `/${name}`));
}

function mappingsOf(httpApi: Api): readonly Mapping[] {
  const domains = inApp(httpApi, CfnDomainName);
  return partsOf(httpApi, CfnApiMapping).map(({ domainName, apiMappingKey = '' }) => {
    const created = domains.filter(({ ref }) => sameText(httpApi, ref, domainName));
    const hosts = [domainName, ...created.map((domain) => domain.domainName)];
    return { hosts, base: apiMappingKey === '' ? '' : `/${apiMappingKey}` };
  });
}

/** Stages or mappings of the API in the whole app; none if they are elsewhere, as for an imported API. */
function partsOf<T extends { readonly apiId: string }>(httpApi: Api, type: new (...args: never[]) => T) {
  return inApp(httpApi, type).filter(({ apiId }) => sameText(httpApi, apiId, httpApi.apiId));
}

function inApp<T>(httpApi: Api, type: new (...args: never[]) => T) {
  return httpApi.node.root.node.findAll().filter((child): child is T & typeof child => child instanceof type);
}

/** Whether two texts are the same in the template. Case is ignored, as in host names. */
function sameText(httpApi: Api, one: string, other: string): boolean {
  const inTemplate = (text: string) =>
    JSON.stringify(Stack.of(httpApi).resolve(hasTokens(text) ? text : text.toLowerCase()));
  return inTemplate(one) === inTemplate(other);
}
