import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ResolvedSettings } from './settings-table.ts';

/** Warns where browsers would not send the refresh cookie: the API has no domain of its own. */
export function warnOfCookieMode(scope: Construct, settings: ResolvedSettings, teamApi: boolean): void {
  const ownDomain =
    settings.domain !== undefined || settings.publicUrl !== undefined || (teamApi && settings.issuer !== undefined);
  if (settings.allowedOrigins.length === 0 || ownDomain) return;
  Annotations.of(scope).addWarningV2(
    'pawl:cookie-mode-without-domain',
    'Cookie mode without a custom domain: browsers send SameSite=Strict cookies only if the API is on the same site as ' +
      'the web app. Set domainName and certificateArn.',
  );
}
