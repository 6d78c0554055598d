import { maxPreviousKeys } from '../lambda/contract/key-rotation.ts';
import type { ResolvedSettings } from './settings.ts';
import type { Reader } from './settings-reader.ts';

const day = 86_400;

/** How far clocks may differ when `exp` is checked. Issuer and authorizer both run on AWS's clock, so not at all. */
const clockLeewaySeconds = 0;

/** How long an access token can outlive the revocation of its session (protocol §6). */
export function revocationDelaySeconds(settings: ResolvedSettings): number {
  return settings.accessTokenTtlSeconds + settings.authorizerCacheSeconds + clockLeewaySeconds;
}

/**
 * What settings owe to each other. A rule is silent when one of its settings is faulty by itself.
 *
 * @param leastFloor the least `rotationFloorSeconds` that is safe with this grace
 */
export function requireTogether(read: Reader, settings: ResolvedSettings, leastFloor: number): void {
  const { accessTokenTtlSeconds, refreshIdleTtlSeconds, refreshAbsoluteTtlSeconds, graceSeconds } = settings;
  const { rotationFloorSeconds, authorizerCacheSeconds, maxRevocationDelaySeconds, keyRotationDays } = settings;
  read.require(
    ['refreshIdleTtlSeconds', 'refreshAbsoluteTtlSeconds'],
    refreshIdleTtlSeconds <= refreshAbsoluteTtlSeconds,
    `refreshIdleTtlSeconds (${refreshIdleTtlSeconds}) must not be above refreshAbsoluteTtlSeconds (${refreshAbsoluteTtlSeconds})`,
  );
  if (graceSeconds === 0) {
    read.require(
      ['graceSeconds', 'rotationFloorSeconds'],
      rotationFloorSeconds === 0,
      `rotationFloorSeconds (${rotationFloorSeconds}) must be 0 when graceSeconds is 0`,
    );
  } else {
    read.require(
      ['graceSeconds', 'rotationFloorSeconds'],
      rotationFloorSeconds >= leastFloor,
      `rotationFloorSeconds (${rotationFloorSeconds}) must be at least ${leastFloor}: graceSeconds, the refresh function's timeout and 10`,
    );
  }
  // A session that idles out while its token still rests could never rotate.
  read.require(
    ['graceSeconds', 'rotationFloorSeconds', 'refreshIdleTtlSeconds'],
    rotationFloorSeconds < refreshIdleTtlSeconds && graceSeconds < refreshIdleTtlSeconds,
    `refreshIdleTtlSeconds (${refreshIdleTtlSeconds}) must be above graceSeconds (${graceSeconds}) and rotationFloorSeconds (${rotationFloorSeconds})`,
  );
  // Keys of living sessions pile up in one secret, which holds so many. One day more: the margin of what is kept.
  const leastDays = Math.ceil(((refreshAbsoluteTtlSeconds + graceSeconds) / day + 1) / maxPreviousKeys);
  read.require(
    ['keyRotationDays', 'refreshAbsoluteTtlSeconds', 'graceSeconds'],
    keyRotationDays >= leastDays,
    `keyRotationDays (${keyRotationDays}) must be at least ${leastDays} with refreshAbsoluteTtlSeconds (${refreshAbsoluteTtlSeconds}): no secret holds more than ${maxPreviousKeys} old keys`,
  );
  // They stand in the functions' environment.
  read.require(
    ['clients'],
    settings.clients.join(' ').length <= 1024,
    'clients must have at most 1,024 characters in all',
  );
  const { domain, publicUrl } = settings;
  read.require(
    ['domainName', 'publicUrl'],
    domain === undefined || publicUrl === undefined || !publicUrl.startsWith(`https://${domain.name}/`),
    'publicUrl must not have a path on domainName: the API is served at the root of its domain',
  );
  const delay = revocationDelaySeconds(settings);
  read.require(
    ['accessTokenTtlSeconds', 'authorizerCacheSeconds', 'maxRevocationDelaySeconds'],
    delay <= maxRevocationDelaySeconds,
    `an access token could outlive its revocation by ${delay} s (accessTokenTtlSeconds ${accessTokenTtlSeconds} + ` +
      `authorizerCacheSeconds ${authorizerCacheSeconds}), more than maxRevocationDelaySeconds (${maxRevocationDelaySeconds})`,
  );
}
