/** Loaded into every function of the emulator: names below `localhost` are this machine, whatever the resolver says. */
import dns from 'node:dns';

const { lookup } = dns;

dns.lookup = Object.assign(
  (hostname, ...rest) => lookup(hostname.endsWith('.localhost') ? '127.0.0.1' : hostname, ...rest),
  lookup,
);
