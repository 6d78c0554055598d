import { Annotations } from 'aws-cdk-lib';
import type { HttpApi, IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { isGenerated } from './base-path.ts';
import type { ResolvedSettings } from './settings-table.ts';

/**
 * Warns if the API has no custom domain, because browsers would then not send the refresh cookie.
 *
 * @param httpApi your own API, if there is one
 */
export function warnOfCookieMode(scope: Construct, settings: ResolvedSettings, httpApi?: HttpApi | IHttpApi): void {
  const { allowedOrigins, domain, issuer } = settings;
  const publicUrl = settings.publicUrl ?? (httpApi && issuer);
  const ownDomain = domain !== undefined || (publicUrl !== undefined && !isGenerated(publicUrl, httpApi));
  if (allowedOrigins.length === 0 || ownDomain) return;
  Annotations.of(scope).addWarningV2(
    'pawl:cookie-mode-without-domain',
    'Cookie mode without a custom domain: browsers send SameSite=Strict cookies only if the API is on the same site as ' +
      `the web app. ${httpApi ? 'Map a domain to httpApi and set publicUrl to its URL.' : 'Set domainName and certificateArn.'}`,
  );
}
