import { maxPreviousKeys } from '../lambda/contract/key-rotation.ts';
import type { Reader } from './settings-reader.ts';
import { minFloorSeconds, type ResolvedSettings } from './settings-table.ts';
import { hostOf } from './url-rules.ts';

const day = 86_400;

/** Clock tolerance for `exp`. Issuer and authorizer both run on AWS's clock, so it is zero. */
const clockLeewaySeconds = 0;

/** How long an access token can outlive the revocation of its session (protocol.md, "Revocation"). */
export function revocationDelaySeconds(settings: ResolvedSettings): number {
  return settings.accessTokenTtlSeconds + settings.authorizerCacheSeconds + clockLeewaySeconds;
}

/** Rules between settings. A rule is silent if one of its settings is itself invalid. */
export function requireTogether(read: Reader, settings: ResolvedSettings): void {
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
    const minFloor = minFloorSeconds(graceSeconds);
    read.require(
      ['graceSeconds', 'rotationFloorSeconds'],
      rotationFloorSeconds >= minFloor,
      `rotationFloorSeconds (${rotationFloorSeconds}) must be at least ${minFloor}: graceSeconds + the refresh function's timeout + 10`,
    );
  }
  // A session that times out before its floor has passed could never rotate.
  read.require(
    ['graceSeconds', 'rotationFloorSeconds', 'refreshIdleTtlSeconds'],
    rotationFloorSeconds < refreshIdleTtlSeconds && graceSeconds < refreshIdleTtlSeconds,
    `refreshIdleTtlSeconds (${refreshIdleTtlSeconds}) must be above graceSeconds (${graceSeconds}) and rotationFloorSeconds (${rotationFloorSeconds})`,
  );
  // The keys of live sessions accumulate in one secret with limited size. One extra day: the margin for retired keys.
  const minDays = Math.ceil(((refreshAbsoluteTtlSeconds + graceSeconds) / day + 1) / maxPreviousKeys);
  read.require(
    ['keyRotationDays', 'refreshAbsoluteTtlSeconds', 'graceSeconds'],
    keyRotationDays >= minDays,
    `keyRotationDays (${keyRotationDays}) must be at least ${minDays} with refreshAbsoluteTtlSeconds (${refreshAbsoluteTtlSeconds}): no secret holds more than ${maxPreviousKeys} old keys`,
  );
  // They are stored in the functions' environment.
  read.require(
    ['clients'],
    settings.clients.join(' ').length <= 1024,
    'clients must have at most 1,024 characters in total',
  );
  const { domain } = settings;
  for (const name of ['publicUrl', 'issuer'] as const) {
    const url = settings[name];
    read.require(
      ['domainName', name],
      domain === undefined || url === undefined || hostOf(url) !== domain.name || url === `https://${domain.name}`,
      `${name} must not have a port or a path on domainName: the API is served at the root of its domain`,
    );
  }
  const delay = revocationDelaySeconds(settings);
  read.require(
    ['accessTokenTtlSeconds', 'authorizerCacheSeconds', 'maxRevocationDelaySeconds'],
    delay <= maxRevocationDelaySeconds,
    `an access token could outlive its revocation by ${delay} s (accessTokenTtlSeconds ${accessTokenTtlSeconds} + ` +
      `authorizerCacheSeconds ${authorizerCacheSeconds}), more than maxRevocationDelaySeconds (${maxRevocationDelaySeconds})`,
  );
}
