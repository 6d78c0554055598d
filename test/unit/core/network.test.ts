import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networkOf } from '../../../lambda/core/network.ts';

describe('the network of an address', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0:0::/64', '2001:db8:0::/48'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64', '2001:db8:0::/48'],
    ['::1', '0:0:0:0::/64', '0:0:0::/48'],
    ['::', '0:0:0:0::/64', '0:0:0::/48'],
    ['fe80::1:2:3:4', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
    ['1:2:3::4:5:6:7', '1:2:3:0::/64', '1:2:3::/48'],
    ['64:ff9b:1::203.0.113.7', '64:ff9b:1:0::/64', '64:ff9b:1::/48'],
  ])('%s is %s within %s', (typed, link, site) => {
    expect(networkOf(typed)).toEqual({ link, site });
  });

  test.each([
    ['mapped', '::ffff:203.0.113.7'],
    ['mapped, in hexadecimal', '::FFFF:cb00:7107'],
    ['mapped, written out', '0000:0000:0000:0000:0000:ffff:cb00:7107'],
    ['mapped, with a zone', '::ffff:203.0.113.7%1'],
    ['translated', '::ffff:0:203.0.113.7'],
    ['compatible', '::203.0.113.7'],
    ['NAT64', '64:ff9b::203.0.113.7'],
    ['NAT64, in hexadecimal', '64:ff9b::cb00:7107'],
    ['6to4', '2002:cb00:7107::1'],
    ['6to4, another host', '2002:cb00:7107:5:1:2:3:4'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:34ff:8ef8'],
    ['Teredo, another server and port', '2001::1:0:5678:34ff:8ef8'],
    ['with spaces', ' 203.0.113.7 '],
  ])('an IPv4 address in IPv6 is that IPv4 address: %s', (_, typed) => {
    expect(networkOf(typed)).toEqual({ link: '203.0.113.7', site: '203.0.113.7' });
  });

  test.each(['', 'unknown', '1:2', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', '::ffff:300.0.113.7', 'g::1', '12345::'])(
    'text that is not an address is its own network: %j',
    (text) => {
      expect(networkOf(text)).toEqual({ link: text, site: text });
    },
  );

  test('addresses that share 64 bits share a network, in every way that Node writes them', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    // Outside of what stands for IPv4.
    const prefix = fc.tuple(fc.integer({ min: 0x2003, max: 0xfdff }), group, group, group);
    const host = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(prefix, host, host, (prefix, one, other) => {
        const long = [...prefix, ...one].map((part) => part.toString(16).padStart(4, '0')).join(':');
        const short = (parts: number[]) =>
          new SocketAddress({ family: 'ipv6', address: parts.map((part) => part.toString(16)).join(':') }).address;
        const networks = [long, long.toUpperCase(), short([...prefix, ...one]), short([...prefix, ...other])].map(
          networkOf,
        );
        expect(new Set(networks.map(({ link }) => link)).size).toBe(1);
        expect(new Set(networks.map(({ site }) => site)).size).toBe(1);
        const neighbour = [...prefix, ...one].with(3, (prefix[3] + 1) % 0x10000);
        expect(networkOf(short(neighbour)).link).not.toBe(networks[0]?.link);
        expect(networkOf(short(neighbour)).site).toBe(networks[0]?.site);
      }),
    );
  });

  test('every IPv4 address is found in its mapped form', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const written = new SocketAddress({ family: 'ipv6', address: `::ffff:${address}` }).address;
        expect(networkOf(written)).toEqual(networkOf(address));
      }),
    );
  });
});
