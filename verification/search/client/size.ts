import type { Costs } from './move.ts';

export type Act = 'call' | 'login' | 'logout';

/** The bounds of one history of the client library. */
export interface ClientSize extends Costs {
  /** A browser with two tabs in cookie mode, or a phone in body mode. */
  readonly device: 'browser' | 'phone';
  /** Whether the apps were killed and are starting. */
  readonly cold?: true;
  /** The user actions in each app. The API denies the access token of a `call`, so the app refreshes. */
  readonly kinds: readonly Act[];
}

const kinds: readonly Act[] = ['call', 'login', 'logout'];
const browser = { device: 'browser', kinds, acts: 1, faults: 0, ticks: 0, sleeps: 0 } as const;
const phone = { device: 'phone', kinds, acts: 1, faults: 1, ticks: 0, sleeps: 0 } as const;

/** The first four take seconds. The others take minutes to hours. */
export const clientSizes: Readonly<Record<string, ClientSize>> = {
  acts: { ...browser, acts: 2 },
  cold: { ...browser, cold: true },
  'phone-acts': { ...phone, acts: 2, faults: 0, ticks: 1 },
  'phone-cold': { ...phone, cold: true },
  phone: { ...phone, ticks: 1 },
  fault: { ...browser, faults: 1 },
  time: { ...browser, ticks: 1, sleeps: 1 },
  'phone-sleep': { ...phone, ticks: 1, sleeps: 1 },
  'phone-faults': { ...phone, acts: 2, faults: 2, ticks: 1 },
  'acts-fault': { ...browser, acts: 2, faults: 1 },
};

export const quickClientSizes: readonly string[] = ['acts', 'cold', 'phone-acts', 'phone-cold'];

/** The guards of the library, and the first size that detects the absence of each. */
export const clientGuardSizes: Readonly<Record<string, string>> = {
  'client-only-invalid-grant': 'phone',
  'client-stored-first': 'phone',
  'client-cut-off': 'acts',
  'client-waits': 'acts',
  'client-tabs-wait': 'acts',
  'client-single-flight': 'acts',
  'client-logout-confirmed': 'phone',
  'client-unreachable': 'phone-cold',
};
