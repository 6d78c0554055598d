/** Loaded into every function of the emulator: resolves names below `localhost` to this machine, without DNS. */
import dns from 'node:dns';

const { lookup } = dns;

dns.lookup = Object.assign(
  (hostname, ...rest) => lookup(hostname.endsWith('.localhost') ? '127.0.0.1' : hostname, ...rest),
  lookup,
);
