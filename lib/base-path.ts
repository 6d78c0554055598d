import { Stack, Token } from 'aws-cdk-lib';
import { CfnApiMapping, CfnStage, type HttpApi, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';

/** The path of a URL whose host may be unknown until deployment; empty for the root. */
export function pathOf(url: string): string {
  const text = url.replaceAll(/\$\{Token\[[^\]]*\]\}/g, 'x');
  return new URL(/^https?:/.test(text) ? text : `https://${text}`).pathname.replace(/\/$/, '');
}

/**
 * Whether the public URL of your API has the base path that the API is served under, as far as the app shows its stages
 * and mappings. A wrong base path breaks the metadata and the cookie without any error.
 *
 * @returns faults for the synthesis, with instructions
 */
export function basePathFaults(httpApi: HttpApi | IHttpApi, publicUrl: string): string[] {
  const generated = Token.isUnresolved(publicUrl) || new URL(publicUrl).hostname.includes('.execute-api.');
  const served = generated ? stagesOf(httpApi) : mappingsOf(httpApi);
  const path = pathOf(publicUrl);
  if (served.length === 0 || served.some(Token.isUnresolved) || served.includes(path)) return [];
  const places = served.map((base) => (base === '' ? 'the root' : base)).join(', ');
  return [
    `httpApi is served under ${places}, but its public URL has ${path === '' ? 'no path' : `the path ${path}`}: set ` +
      `publicUrl to the URL with that path, such as https://api.example.com${served[0]}`,
  ];
}

function stagesOf(httpApi: HttpApi | IHttpApi): readonly string[] {
  const names = partsOf(httpApi, CfnStage).map(({ stageName }) => stageName);
  return names.map((name) => (name === '$default' ? '' : `/${name}`));
}

function mappingsOf(httpApi: HttpApi | IHttpApi): readonly string[] {
  const keys = partsOf(httpApi, CfnApiMapping).map(({ apiMappingKey }) => apiMappingKey ?? '');
  return keys.map((key) => (key === '' ? '' : `/${key}`));
}

/** Stages or mappings of the API in the whole app; none if they are elsewhere, as for an imported API. */
function partsOf<T extends { readonly apiId: string }>(httpApi: HttpApi | IHttpApi, type: new (...args: never[]) => T) {
  const inTemplate = (value: string) => JSON.stringify(Stack.of(httpApi).resolve(value));
  return httpApi.node.root.node
    .findAll()
    .filter((child): child is T & typeof child => child instanceof type)
    .filter(({ apiId }) => inTemplate(apiId) === inTemplate(httpApi.apiId));
}
