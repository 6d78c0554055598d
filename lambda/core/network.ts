/** The source of a request, for counting attempts. */
export interface Network {
  /** One connection: an IPv4 address, or an IPv6 /64, within which a device chooses its addresses freely. */
  readonly link: string;
  /** At most one customer: an IPv4 address, or an IPv6 /48, the largest block that providers assign to one site. */
  readonly site: string;
}

/**
 * The network of a source address, in one canonical spelling. An IPv6 address that embeds an IPv4 address counts as
 * that address: mapped (RFC 4291 §2.5.5), translated (RFC 6052, RFC 7915), 6to4 (RFC 3056) and Teredo (RFC 4380). A
 * zone id (RFC 4007 §11) is dropped. Text that is not an address is its own network.
 */
export function networkOf(sourceIp: string): Network {
  const address = sourceIp.trim().toLowerCase().replace(/%.*$/, '');
  const groups = groupsOf(address);
  if (groups === undefined) return { link: address, site: address };
  const ipv4 = embeddedIpv4(groups);
  if (ipv4 !== undefined) {
    const dotted = [ipv4 >>> 24, (ipv4 >>> 16) & 255, (ipv4 >>> 8) & 255, ipv4 & 255].join('.');
    return { link: dotted, site: dotted };
  }
  const prefix = (count: number) =>
    groups
      .slice(0, count)
      .map((group) => group.toString(16))
      .join(':');
  return { link: `${prefix(4)}::/64`, site: `${prefix(3)}::/48` };
}

type Groups = readonly [number, number, number, number, number, number, number, number];

/** The eight 16-bit groups of an IPv6 address; `undefined` for anything else. */
function groupsOf(address: string): Groups | undefined {
  // A dotted tail (RFC 4291 §2.2) is two groups.
  const text = address.replace(/(?<=:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (dotted, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    const fits = [a, b, c, d].every((part) => part < 256);
    return fits ? `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}` : dotted;
  });
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0 || !text.includes(':')) return undefined;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16)) as unknown as Groups;
}

/** The embedded IPv4 address of an IPv6 address, as a 32-bit number. */
function embeddedIpv4([a, b, c, d, e, f, g, h]: Groups): number | undefined {
  const last = ((g << 16) | h) >>> 0;
  const startsWithZeros = (a | b | c | d) === 0;
  if (startsWithZeros && e === 0 && f === 0xffff) return last;
  // Stateless translation: ::ffff:0:0/96 with a zero group after it (RFC 2765, still in use).
  if (startsWithZeros && e === 0xffff && f === 0) return last;
  // IPv4-compatible, deprecated; except :: and ::1, which are distinct addresses.
  if (startsWithZeros && e === 0 && f === 0 && last > 0xffff) return last;
  if (a === 0x64 && b === 0xff9b && (c | d | e | f) === 0) return last;
  if (a === 0x2002) return ((b << 16) | c) >>> 0;
  // Teredo writes the client's address with every bit inverted.
  if (a === 0x2001 && b === 0) return ~last >>> 0;
  return undefined;
}
