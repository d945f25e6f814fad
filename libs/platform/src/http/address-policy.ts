import { BlockList, isIP } from 'node:net';

export type AddressRefusal = 'loopback' | 'private' | 'link_local' | 'metadata' | 'ipv4_in_ipv6' | 'reserved';
export type AddressVerdict = { readonly open: true } | { readonly open: false; readonly because: AddressRefusal };

type Range = readonly [net: string, bits: number, because: AddressRefusal];

/** Source: IANA's special-purpose address registries. The first range that holds the address gives the reason. */
const IPV4: readonly Range[] = [
  ['127.0.0.0', 8, 'loopback'],
  // Metadata services outside link-local: Azure's wire server is a public address, Alibaba's lies in 100.64.0.0/10.
  ['168.63.129.16', 32, 'metadata'],
  ['100.100.100.200', 32, 'metadata'],
  ['192.0.0.192', 32, 'metadata'],
  ['169.254.169.254', 32, 'metadata'],
  ['169.254.0.0', 16, 'link_local'],
  ['10.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['0.0.0.0', 8, 'reserved'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'reserved'],
  ['240.0.0.0', 4, 'reserved'],
];
const IPV6: readonly Range[] = [
  ['::1', 128, 'loopback'],
  // Each of these carries an IPv4 address past the rules above: mapped, compatible, NAT64 (two), 6to4, Teredo.
  ['::', 96, 'ipv4_in_ipv6'],
  ['::ffff:0:0', 96, 'ipv4_in_ipv6'],
  ['64:ff9b::', 96, 'ipv4_in_ipv6'],
  ['64:ff9b:1::', 48, 'ipv4_in_ipv6'],
  ['2002::', 16, 'ipv4_in_ipv6'],
  ['2001::', 32, 'ipv4_in_ipv6'],
  ['fd00:ec2::254', 128, 'metadata'],
  ['fe80::', 10, 'link_local'],
  ['fc00::', 7, 'private'],
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'reserved'],
  ['3fff::', 20, 'reserved'],
];

const rules4 = IPV4.map((range) => rule(range, 'ipv4'));
const rules6 = IPV6.map((range) => rule(range, 'ipv6'));
const global6 = rule(['2000::', 3, 'reserved'], 'ipv6').list;

/** May a URL that somebody typed lead to this address? Loopback only where `allowLoopback` says so. */
export function addressVerdict(address: string, allowLoopback: boolean): AddressVerdict {
  const version = isIP(address);
  // A zone (fe80::1%eth0) exists for link-local addresses alone, and a block list does not read it.
  if (address.includes('%')) return { open: false, because: 'link_local' };
  if (version === 0) return { open: false, because: 'reserved' };
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const hit = (version === 4 ? rules4 : rules6).find(({ list }) => list.check(address, family));
  if (hit) return hit.because === 'loopback' && allowLoopback ? { open: true } : { open: false, because: hit.because };
  // Of IPv6 only 2000::/3 is given out.
  return version === 4 || global6.check(address, 'ipv6') ? { open: true } : { open: false, because: 'reserved' };
}

function rule([net, bits, because]: Range, family: 'ipv4' | 'ipv6'): { list: BlockList; because: AddressRefusal } {
  const list = new BlockList();
  list.addSubnet(net, bits, family);
  return { list, because };
}
