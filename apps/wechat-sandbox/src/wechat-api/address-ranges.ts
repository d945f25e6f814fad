import { BlockList, isIP } from 'node:net';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether one of the entries written as `address/bits` holds the address; what is no range is passed over. */
export function isInRanges(entries: readonly string[], address: string): boolean {
  const ranges = new BlockList();
  for (const entry of entries) {
    const [net = '', bits = ''] = entry.split('/');
    const widest = familyOf(net) === 'ipv6' ? 128 : 32;
    if (isIP(net) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > widest) continue;
    ranges.addSubnet(net, Number(bits), familyOf(net));
  }
  return isIP(address) !== 0 && ranges.check(address, familyOf(address));
}
