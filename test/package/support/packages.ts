import { buildClient } from '../../../scripts/package/client.ts';
import { type Packed, pack } from '../../../scripts/package/pack.ts';
import { buildPawl } from '../../../scripts/package/pawl.ts';
import { buildVerify } from '../../../scripts/package/verify.ts';

/** Builds and packs `pawl`. */
export async function packPawl(): Promise<Packed> {
  await buildPawl();
  return pack('pawl');
}

/** Builds and packs `pawl-verify`. */
export async function packVerify(): Promise<Packed> {
  await buildVerify();
  return pack('pawl-verify');
}

/** Builds and packs `pawl-client`. */
export async function packClient(): Promise<Packed> {
  await buildClient();
  return pack('pawl-client');
}
